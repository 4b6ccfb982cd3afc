using System.Runtime.Versioning;

// The lab runs Debian's OpenSSH server.
[assembly: SupportedOSPlatform("linux")]
