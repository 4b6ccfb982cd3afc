"""A small command line with faults, for tests of the session. All its texts are made up; no device talks like this."""
import os
import re
import signal
import sys
import termios
import time
import tty

FOLDER = sys.argv[1]
HOST = "TEST-SBC"
OPENERS = {
    "": {"config": "config"},
    "config": {"system": "config-system", "sbc": "config-sbc"},
    "config-system": {"ip-access-control": "config-ip-access", "service-interface": "config-si"},
    "config-si": {"ipv4": "config-ipv4"},
    "config-ipv4": {"local-ip-address": "config-local"},
    "config-ip-access": {"trusted-sources": "config-trusted", "blacklisting": "config-black"},
    "config-sbc": {"signaling": "config-sbc-sig", "media": "config-media"},
    "config-media": {"media-address": "config-ma"},
    "config-sbc-sig": {"adjacency": "config-adj-sip"},
    "config-adj-sip": {"call-media-policy": "config-adj-cmp"},
}
PLAIN = {
    "config-si": ["service-network"],
    "config-local": ["service-address", "activate"],
    "config-trusted": ["permit-peer"],
    "config-black": ["ban-peer"],
    "config-ma": ["realm"],
    "config-adj-cmp": ["early-media", "media-bypass-policy", "repeat-sdp-on-200ok"],
    "config-adj-sip": [
        "deactivation-mode", "adjacency-type", "privacy", "realm", "service-address", "signaling-local-port", "remote-address-range",
        "signaling-peer", "signaling-peer-port", "statistics-setting", "default-interop-profile", "activate", "account", "service-network",
    ],
}


def fault(name):
    path = os.path.join(FOLDER, name)
    return open(path).read().rstrip("\n") if os.path.exists(path) else None


def write(text):
    data = text.encode()
    # "slow" writes so many bytes at a time.
    size = int(fault("slow") or 65536)
    while data:
        written = os.write(1, data[:size])
        data = data[written:]
        if fault("slow"):
            time.sleep(0.002)


def notice(where):
    """Something that the device says unasked, at the place that the fault "notice-at" names."""
    if fault("notice") and fault("notice-at") == where:
        write(fault("notice") + "\n")


def page(text):
    """Shows text page by page when the fault "pager" gives the lines of a page; any key shows the next one."""
    lines = text.splitlines(keepends=True)
    size = int(fault("pager") or len(lines) or 1)
    for start in range(0, len(lines), size):
        if start > 0:
            # Before the question, and without dropping what was typed: the answer may come at once.
            terminal = termios.tcgetattr(0)
            tty.setcbreak(0, termios.TCSANOW)
            write("--More--")
            key = os.read(0, 1)
            termios.tcsetattr(0, termios.TCSANOW, terminal)
            write("\r        \r")
            if key == b"q":
                return
        write("".join(lines[start:start + size]))


class Device:
    def __init__(self):
        self.root = {}
        self.path = []
        for line in open(os.path.join(FOLDER, "running.txt")):
            self.apply(line.strip(), loading=True)
        self.path = []

    def modes(self):
        return ["config"] + [mode for _, mode in self.path]

    def node(self, depth):
        node = self.root
        for line, _ in self.path[:depth]:
            node = node.setdefault(line, {})
        return node

    def apply(self, line, loading=False):
        words = line.split()
        if not words:
            return None
        negated = words[0] == "no"
        word = words[1 if negated else 0]
        modes = self.modes()
        for depth in range(len(modes) - 1, -1, -1):
            opens = OPENERS.get(modes[depth], {}).get(word)
            if opens is None and word not in PLAIN.get(modes[depth], []):
                continue
            self.path = self.path[:depth]
            node = self.node(depth)
            if opens is not None and not negated:
                node.setdefault(line, {})
                self.path.append((line, opens))
            elif word == "activate":
                node.pop("activate", None)
                node.pop("no activate", None)
                node[line] = {}
            elif negated:
                if line[3:] not in node:
                    return "% Error: there is no such line."
                del node[line[3:]]
            else:
                # What stands in the file was put there by a test, however often.
                if word not in ("permit-peer", "ban-peer") and not loading:
                    for other in [key for key in node if key.split()[0] == word]:
                        del node[other]
                node[line] = {}
            return None
        return f"% Error: unknown word {word}."

    def show(self, node, indent=0):
        return "".join(" " * indent + line + "\n" + self.show(inner, indent + 2) for line, inner in node.items())

    def save(self):
        with open(os.path.join(FOLDER, "running.txt"), "w") as file:
            file.write(self.show(self.root))


def session():
    device = Device()
    configuring = fault("noconfig") is not None
    answered = False
    said = ""
    while True:
        prompt = f"{HOST}({device.modes()[-1]})# " if configuring else f"{HOST}# "
        if answered and fault("notice-at") == "covering" and fault("notice"):
            # In one write, as a device whose prompt a message pushes up.
            write(f"{prompt}\n{fault('notice')}\n")
        elif answered and fault("notice-at") == "behind" and fault("notice"):
            write(f"{prompt}{fault('notice')}\n")
        elif answered and fault("notice-at") == "repeated" and fault("notice"):
            write(f"{prompt}\n{fault('notice')}\n{prompt}")
        else:
            write(prompt)
        if said and fault("idle") and (fault("idle-after") or said) == said:
            write("\n" + fault("idle") + "\n")
            open(os.path.join(FOLDER, "idled"), "w").close()
            return
        answered = True
        line = sys.stdin.readline()
        if not line:
            return
        line = line.strip()
        said = line
        if fault("mute"):
            # The end of the connection hangs up the terminal.
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            open(os.path.join(FOLDER, "muted"), "w").close()
            try:
                while sys.stdin.readline():
                    pass
            except OSError:
                pass
            open(os.path.join(FOLDER, "closed"), "w").close()
            return
        if not line:
            continue
        with open(os.path.join(FOLDER, "log.txt"), "a") as log:
            log.write(line + "\n")
        device_path = device.path
        device = Device()
        device.path = device_path
        if fault("refuse") == line:
            write("% Error: refused for the test.\n")
        elif fault("drop") == line:
            os.kill(os.getppid(), signal.SIGKILL)
            return
        elif line.startswith("show ") and fault("busy"):
            write(fault("busy") + "\n")
        elif fault("noconfig") and line == "config":
            write("% Error: unknown word config.\n")
        elif fault("hang") == line:
            while sys.stdin.readline():
                pass
            return
        elif line == "config":
            configuring, device.path = True, []
        elif line == "end" and configuring:
            configuring, device.path = fault("noconfig") is not None, []
        elif line == "save config" and fault("save"):
            pass
        elif line == "show config" and fault("whole"):
            write(open(fault("whole")).read())
        elif line == "show config":
            shown = device.show(device.root)
            half = shown.index("\n", len(shown) // 2) + 1 if fault("notice") else 0
            page(shown[:half])
            notice("middle")
            page(shown[half:])
        elif line == "show config here" and configuring:
            page(device.show(device.node(len(device.path))))
        elif line.startswith("show config include "):
            write("".join(shown + "\n" for shown in device.show(device.root).split("\n") if line[20:] in shown))
        elif configuring:
            if fault("message"):
                write(fault("message") + "\n")
            notice("middle")
            # "lose" takes a line and forgets it.
            error = None if fault("lose") == line else device.apply(line)
            device.save()
            if error:
                write(error + "\n")
            if fault("stray") == line:
                device.path = []
        else:
            write("% Error: not in configuration.\n")


if fault("noecho"):
    terminal = termios.tcgetattr(0)
    terminal[3] &= ~termios.ECHO
    termios.tcsetattr(0, termios.TCSANOW, terminal)
if fault("key"):
    write(fault("key") + "\n")
    sys.stdin.readline()
if fault("banner"):
    write(re.sub("~", "\n", fault("banner")))
if not fault("nomenu"):
    while True:
        write("1. CLI\n" + (fault("menu") or "Choice: "))
        choice = sys.stdin.readline()
        if not choice:
            sys.exit()
        if choice.strip() == "1":
            break
session()
