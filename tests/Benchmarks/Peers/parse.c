/* Reads the SIP messages of the files named, again and again for so many seconds, with libosip2 or with libre. Prints messages a second.
   parse osip|re SECONDS FILE... */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <osipparser2/osip_parser.h>
#include <re.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    int files = argc - 3, use_re = !strcmp(argv[1], "re");
    double limit = atof(argv[2]);
    char *text[64];
    size_t length[64];
    struct mbuf *mb = mbuf_alloc(65536);
    parser_init();
    for (int i = 0; i < files; i++) {
        FILE *f = fopen(argv[3 + i], "rb");
        text[i] = malloc(65536);
        length[i] = fread(text[i], 1, 65535, f);
        text[i][length[i]] = 0;
        fclose(f);
    }

    long count = 0;
    double start = now();
    while (now() - start < limit) {
        for (int n = 0; n < 1000; n++) {
            int i = n % files;
            if (use_re) {
                struct sip_msg *msg = NULL;
                mbuf_rewind(mb);
                mbuf_write_mem(mb, (uint8_t *)text[i], length[i]);
                mbuf_set_pos(mb, 0);
                if (sip_msg_decode(&msg, mb)) { fprintf(stderr, "libre refuses %s\n", argv[3 + i]); return 1; }
                mem_deref(msg);
            } else {
                osip_message_t *msg;
                osip_message_init(&msg);
                if (osip_message_parse(msg, text[i], length[i])) { fprintf(stderr, "libosip2 refuses %s\n", argv[3 + i]); return 1; }
                osip_message_free(msg);
            }
            count++;
        }
    }

    printf("%.0f\n", count / (now() - start));
    return 0;
}
