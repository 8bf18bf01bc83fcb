/*
 * The launcher of the command-line tools: hands its arguments, environment and, when asked, standard input to the
 * resident tool server of this machine and prints what comes back. When the server is not there, does not answer or
 * declines, it becomes the tool's own program. It decides nothing and knows no option. docs/tool-server.md has the
 * protocol; src/drivers/launcher-protocol.ts is the other side.
 *
 * Built with -DNODE="/path/of/node"; installed as BIN/NAME, the programs beside BIN as NAME.cjs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PROTOCOL "1"
/* Largest call that is sent. */
#define CALL_BYTES (1024 * 1024)
/* Time the server has to take a call, and silence that means it hangs, in ms. */
#define TAKE_MS 400
#define SILENCE_MS 5000
#define EXIT_TEMPORARY_FAILURE 75

extern char **environ;

static char tool[NAME_MAX + 1];
static char programs[PATH_MAX];
static char key[33];
static char **arguments;
static int has_changed, has_printed;
/* What was read of standard input: the program may need it again. */
static char *input;
static size_t input_size;
static int has_input;

/* Becomes the tool's own program, with all that was taken of standard input given back. */
static void become_program(void)
{
    static char script[PATH_MAX + NAME_MAX + 8], variable[80];
    int count = 0;
    snprintf(script, sizeof script, "%s/%s.cjs", programs, tool);
    if (has_input) {
        int file = memfd_create("stdin", 0);
        for (size_t done = 0; file >= 0 && done < input_size;) {
            ssize_t wrote = write(file, input + done, input_size - done);
            if (wrote < 0) _exit(EXIT_TEMPORARY_FAILURE);
            done += (size_t)wrote;
        }
        if (file < 0 || lseek(file, 0, SEEK_SET) < 0 || dup2(file, 0) < 0) _exit(EXIT_TEMPORARY_FAILURE);
    }
    /* The same number holds for this process after exec: who inherits the variable does not take the key for its own. */
    snprintf(variable, sizeof variable, "%ld:%s", (long)getpid(), key);
    setenv("KODOU_LAUNCHER_KEY", variable, 1);
    while (arguments[count]) count++;
    char **words = calloc((size_t)count + 3, sizeof *words);
    if (!words) _exit(EXIT_TEMPORARY_FAILURE);
    words[0] = "node";
    words[1] = script;
    for (int i = 1; i < count; i++) words[i + 1] = arguments[i];
    signal(SIGPIPE, SIG_DFL);
    execv(NODE, words);
    execvp("node", words);
    fprintf(stderr, "%s: cannot run %s: %s\n", tool, script, strerror(errno));
    _exit(127);
}

/* The server is lost: nothing has happened yet that may not happen twice, or the caller is told. */
static void lost(void)
{
    if (!has_changed && !has_printed) become_program();
    fprintf(stderr, "%s: the tool server was lost in the middle: check whether the change was made\n", tool);
    _exit(EXIT_TEMPORARY_FAILURE);
}

static int send_all(int server, const void *data, size_t size)
{
    for (const char *at = data; size > 0;) {
        ssize_t sent = send(server, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return -1;
        at += sent;
        size -= (size_t)sent;
    }
    return 0;
}

static int send_frame(int server, const void *data, uint32_t size)
{
    unsigned char head[4] = {(unsigned char)(size >> 24), (unsigned char)(size >> 16), (unsigned char)(size >> 8), (unsigned char)size};
    return send_all(server, head, 4) == 0 && send_all(server, data, size) == 0 ? 0 : -1;
}

/* Reads so many bytes; patience in ms, which any arriving byte renews. */
static int receive(int server, void *into, size_t size, int patience)
{
    for (char *at = into; size > 0;) {
        struct pollfd wait = {server, POLLIN, 0};
        int ready = poll(&wait, 1, patience);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return -1;
        ssize_t got = recv(server, at, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return -1;
        at += got;
        size -= (size_t)got;
    }
    return 0;
}

/* Prints; a reader that has gone is no error, as with the programs. */
static void print(int file, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(file, data, size);
        if (wrote < 0 && errno == EAGAIN) {
            struct pollfd wait = {file, POLLOUT, 0};
            poll(&wait, 1, -1);
        } else if (wrote < 0 && errno != EINTR) {
            return;
        } else if (wrote > 0) {
            data += wrote;
            size -= (size_t)wrote;
        }
    }
}

static void send_input(int server)
{
    size_t room = 0;
    has_input = 1;
    for (;;) {
        if (input_size == room) {
            room = room ? 2 * room : 65536;
            input = realloc(input, room);
            if (!input) _exit(EXIT_TEMPORARY_FAILURE);
        }
        ssize_t got = read(0, input + input_size, room - input_size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) {
            struct pollfd wait = {0, POLLIN, 0};
            poll(&wait, 1, -1);
            continue;
        }
        if (got <= 0) break;
        input_size += (size_t)got;
    }
    for (size_t done = 0; done < input_size;) {
        size_t part = input_size - done < 65536 ? input_size - done : 65536;
        if (send_frame(server, input + done, (uint32_t)part) < 0) lost();
        done += part;
    }
    if (send_frame(server, "", 0) < 0) lost();
}

/* The call: protocol, key, tool, number of arguments, arguments, environment, each ended by NUL. */
static int send_call(int server)
{
    static char call[CALL_BYTES];
    size_t size = 0;
    char number[16];
    int count = 0;
    while (arguments[count]) count++;
    snprintf(number, sizeof number, "%d", count > 0 ? count - 1 : 0);
    const char *head[] = {PROTOCOL, key, tool, number};
    for (int part = 0; part < 3; part++) {
        const char *const *words = part == 0 ? head : part == 1 ? (const char *const *)arguments + 1 : (const char *const *)environ;
        if (part == 1 && count == 0) continue;
        for (int i = 0; part == 0 ? i < 4 : words[i] != NULL; i++) {
            size_t length = strlen(words[i]) + 1;
            if (length > CALL_BYTES - size) return -1;
            memcpy(call + size, words[i], length);
            size += length;
        }
    }
    return send_frame(server, call, (uint32_t)size);
}

static int connect_server(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *root = getenv("KODOU_ROOT");
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/run/kodou/tools.sock", root ? root : "");
    if (length < 0 || (size_t)length >= sizeof address.sun_path) return -1;
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0) return -1;
    /* A server that does not even read must not hold us for ever. */
    struct timeval limit = {.tv_usec = TAKE_MS * 1000};
    setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return connect(server, (struct sockaddr *)&address, sizeof address) == 0 ? server : -1;
}

/* Name and place from the link that was run; the key from the kernel. */
static int find_self(void)
{
    unsigned char random[16];
    ssize_t length = readlink("/proc/self/exe", programs, sizeof programs - 1);
    if (length <= 0 || getrandom(random, sizeof random, 0) != sizeof random) return -1;
    programs[length] = 0;
    for (int i = 0; i < 16; i++) snprintf(key + 2 * i, 3, "%02x", random[i]);
    char *slash = strrchr(programs, '/');
    if (!slash || strlen(slash + 1) > NAME_MAX) return -1;
    strcpy(tool, slash + 1);
    *slash = 0;
    slash = strrchr(programs, '/');
    if (!slash) return -1;
    *slash = 0;
    return 0;
}

int main(int argc, char **argv)
{
    (void)argc;
    arguments = argv;
    if (find_self() < 0) {
        fprintf(stderr, "kodou: cannot find out which tool to run\n");
        return 127;
    }
    int server = connect_server();
    if (server < 0 || send_call(server) < 0) become_program();
    signal(SIGPIPE, SIG_IGN);
    int patience = TAKE_MS;
    for (;;) {
        unsigned char head[5];
        if (receive(server, head, 5, patience) < 0) lost();
        patience = SILENCE_MS;
        uint32_t size = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
        static char data[65536];
        if (size > sizeof data || receive(server, data, size, patience) < 0) lost();
        switch (head[0]) {
        case 'A': /* taken */
        case 'P': /* still at it */
            break;
        case 'C': /* a change goes out that may not be asked for twice */
            has_changed = 1;
            break;
        case 'I':
            send_input(server);
            break;
        case 'O':
        case 'E':
            has_printed = 1;
            print(head[0] == 'O' ? 1 : 2, data, size);
            break;
        case 'B':
            close(server);
            become_program();
            break;
        case 'X':
            return size == 1 ? (unsigned char)data[0] : EXIT_TEMPORARY_FAILURE;
        default:
            lost();
        }
    }
}
