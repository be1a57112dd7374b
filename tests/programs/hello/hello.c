#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int by_name(const void *one, const void *other) { return strcmp(*(char **)one, *(char **)other); }

int main(int count, char **arguments) {
    printf("arguments:");
    for (int at = 1; at < count; at += 1) printf(" %s", arguments[at]);
    printf("\nGREETING: %s\nstdin: ", getenv("GREETING"));
    char text[256];
    size_t length = fread(text, 1, sizeof text, stdin);
    printf("%.*s\n", (int)length, text);

    if (mkdir("/tmp/notes", 0755)) return perror("mkdir"), 1;
    FILE *file = fopen("/tmp/notes/one.txt", "w");
    if (!file) return perror("fopen"), 1;
    fputs("written and read\n", file);
    fclose(file);
    file = fopen("/tmp/notes/one.txt", "r");
    if (!file || !fgets(text, sizeof text, file)) return perror("fgets"), 1;
    printf("file: %s", text);
    fclose(file);

    char *names[16];
    int found = 0;
    DIR *folder = opendir("/var/task");
    if (!folder) return perror("opendir"), 1;
    for (struct dirent *entry; found < 16 && (entry = readdir(folder));)
        if (entry->d_name[0] != '.') names[found++] = strdup(entry->d_name);
    closedir(folder);
    qsort(names, found, sizeof *names, by_name);
    printf("folder:");
    for (int at = 0; at < found; at += 1) printf(" %s", names[at]);

    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    clock_gettime(CLOCK_MONOTONIC, &end);
    int goes = time(NULL) > 1700000000 && end.tv_sec - begin.tv_sec < 60;
    printf("\nclock: %s\n", goes ? "goes" : "stands");
    unsigned char drawn[2][16];
    getentropy(drawn[0], 16);
    getentropy(drawn[1], 16);
    printf("random: %s\n", memcmp(drawn[0], drawn[1], 16) ? "differs" : "the same");
    return 0;
}
