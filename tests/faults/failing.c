/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes calls of libc fail, for LD_PRELOAD. These variables of the environment
 * say which:
 *
 *   FAILING_CALL    a name, such as openat; "allocation" is each of malloc,
 *                   calloc and realloc; "*" is every call, of which none fails
 *   FAILING_AT      the number of the call that fails, from 1
 *   FAILING_FROM    the same, and all calls after that one fail, too
 *   FAILING_COUNT   a file of struct record, zeros at first, which counts the
 *                   calls: one count for the program and all processes that it
 *                   starts. For "*" the file also says where each came from.
 *
 * A call that fails has the error that the table below names, and does nothing
 * (but close and fclose close).
 * Calls that libc and the kernel make for themselves are not counted, nor are
 * those of programs other than flagrace.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#define VISIBLE __attribute__((visibility("default")))

enum { CALLS_MAX = 1 << 18, FRAMES = 8 };

struct record {
	_Atomic uint64_t count;
	struct one_call {
		char name[24];
		uint64_t site; /* a hash of the innermost callers */
	} calls[CALLS_MAX];
};

static struct record *record; /* shared with other processes */
static const char *chosen;
static uint64_t at, from;

static uint64_t number_of(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* Before anything of the program runs; allocates nothing. */
__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAILING_COUNT");
	long fd;
	void *shared;

	chosen = getenv("FAILING_CALL");
	if (!path || !chosen ||
		strcmp(program_invocation_short_name, "flagrace") != 0)
		return;
	at = number_of("FAILING_AT");
	from = number_of("FAILING_FROM");
	fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	shared = (void *)syscall(SYS_mmap, 0L, sizeof(*record),
		PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)syscall(SYS_close, fd);
	if (shared != MAP_FAILED)
		record = shared;
}

struct walk {
	uint64_t hash;
	int frames;
};

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *data)
{
	struct walk *walk = data;

	walk->hash = (walk->hash ^ _Unwind_GetIP(context)) * 0x100000001b3ULL;
	return ++walk->frames < FRAMES ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* Where this call comes from; the same in each process at equal addresses. */
static uint64_t site(void)
{
	static _Thread_local bool walking;
	struct walk walk = {.hash = 0xcbf29ce484222325ULL};

	if (walking)
		return 0;
	walking = true;
	_Unwind_Backtrace(visit, &walk);
	walking = false;
	return walk.hash;
}

static void note(const char *name)
{
	uint64_t number = atomic_fetch_add(&record->count, 1);

	if (number >= CALLS_MAX)
		return;
	strncpy(record->calls[number].name, name,
		sizeof(record->calls[number].name));
	record->calls[number].site = site();
}

static bool fails(const char *name, int error)
{
	uint64_t number;

	if (record && chosen[0] == '*')
		note(name);
	if (!record || strcmp(name, chosen) != 0)
		return false;
	number = atomic_fetch_add(&record->count, 1) + 1;
	if (number != at && (from == 0 || number < from))
		return false;
	errno = error;
	return true;
}

/* Looks up the next function of that name once, and keeps it. */
#define NEXT(name)                     \
	static __typeof__(&name) next; \
	if (!next)                     \
	*(void **)&next = dlsym(RTLD_NEXT, #name)

/* The call, its error, what it then returns, its parameters, and their names. */
#define CALL(type, name, error, failed, parameters, arguments)        \
	VISIBLE type name parameters                                  \
	{                                                             \
		NEXT(name);                                           \
		return fails(#name, error) ? failed : next arguments; \
	}

/* The same for a call that is done, though it fails: what it closes is closed. */
#define CALL_DONE(type, name, error, failed, parameters, arguments) \
	VISIBLE type name parameters                                \
	{                                                           \
		type result;                                        \
                                                                    \
		NEXT(name);                                         \
		result = next arguments;                            \
		return fails(#name, error) ? failed : result;       \
	}

/* The same for a call of variable arguments, the last named one being `last`. */
#define CALL_MORE(type, name, error, last, parameters, arguments) \
	VISIBLE type name parameters                              \
	{                                                         \
		long more[6] = {0};                               \
		va_list list;                                     \
                                                                  \
		NEXT(name);                                       \
		va_start(list, last);                             \
		for (int i = 0; i < 6; i++)                       \
			more[i] = va_arg(list, long);             \
		va_end(list);                                     \
		return fails(#name, error) ? -1 : next arguments; \
	}

/*
 * The allocator is looked up when it is first called, since a sanitizer's own may
 * come next. Where the lookup itself allocates, or finds none yet, there is nothing.
 */
#define ALLOCATE(name, ...)                                \
	static __typeof__(&name) next;                     \
	static _Thread_local bool looking;                 \
	if (looking || fails("allocation", ENOMEM))        \
		return NULL;                               \
	if (!next) {                                       \
		looking = true;                            \
		*(void **)&next = dlsym(RTLD_NEXT, #name); \
		looking = false;                           \
	}                                                  \
	return next ? next(__VA_ARGS__) : NULL

VISIBLE void *malloc(size_t size)
{
	ALLOCATE(malloc, size);
}

VISIBLE void *calloc(size_t number, size_t size)
{
	ALLOCATE(calloc, number, size);
}

VISIBLE void *realloc(void *memory, size_t size)
{
	ALLOCATE(realloc, memory, size);
}

/* The address of a socket is a union of glibc's own. */
#pragma GCC diagnostic ignored "-Wpedantic"
/* clang-format off */
CALL_MORE(int, openat, EMFILE, flags, (int dir, const char *path, int flags, ...),
	(dir, path, flags, (mode_t)more[0]))
CALL_MORE(int, open, EMFILE, flags, (const char *path, int flags, ...),
	(path, flags, (mode_t)more[0]))
CALL(FILE *, fopen, EMFILE, NULL, (const char *path, const char *mode),
	(path, mode))
CALL(DIR *, opendir, EMFILE, NULL, (const char *path), (path))
CALL(ssize_t, read, EIO, -1, (int fd, void *bytes, size_t size),
	(fd, bytes, size))
CALL(ssize_t, write, ENOSPC, -1, (int fd, const void *bytes, size_t size),
	(fd, bytes, size))
CALL(ssize_t, pread, EIO, -1, (int fd, void *bytes, size_t size, off_t offset),
	(fd, bytes, size, offset))
CALL_DONE(int, close, EIO, -1, (int fd), (fd))
CALL_DONE(int, fclose, ENOSPC, EOF, (FILE *file), (file))
CALL(int, fflush, ENOSPC, EOF, (FILE *file), (file))
CALL(size_t, fwrite, ENOSPC, 0, (const void *bytes, size_t size, size_t number,
	FILE *file), (bytes, size, number, file))
CALL(FILE *, fdopen, ENOMEM, NULL, (int fd, const char *mode), (fd, mode))
CALL(FILE *, open_memstream, ENOMEM, NULL, (char **text, size_t *size),
	(text, size))
CALL(char *, mkdtemp, ENOSPC, NULL, (char *name), (name))
CALL(int, mkostemp, ENOSPC, -1, (char *name, int flags), (name, flags))
CALL(char *, realpath, EACCES, NULL, (const char *path, char *real),
	(path, real))
CALL(int, fsync, EIO, -1, (int fd), (fd))
CALL(int, fdatasync, EIO, -1, (int fd), (fd))
CALL(int, ftruncate, EIO, -1, (int fd, off_t size), (fd, size))
CALL(int, rename, EACCES, -1, (const char *a, const char *b), (a, b))
CALL(int, mkdir, ENOSPC, -1, (const char *path, mode_t mode), (path, mode))
CALL(int, rmdir, EACCES, -1, (const char *path), (path))
CALL(int, truncate, EIO, -1, (const char *path, off_t size), (path, size))
CALL(int, renameat, EACCES, -1, (int from_dir, const char *a, int to_dir,
	const char *b), (from_dir, a, to_dir, b))
CALL(int, unlinkat, EACCES, -1, (int dir, const char *path, int flags),
	(dir, path, flags))
CALL(int, fstatat, EACCES, -1, (int dir, const char *path, struct stat *data,
	int flags), (dir, path, data, flags))
CALL(int, unlink, EACCES, -1, (const char *path), (path))
CALL(int, fstat, EIO, -1, (int fd, struct stat *data), (fd, data))
CALL(int, stat, EACCES, -1, (const char *path, struct stat *data),
	(path, data))
CALL(int, flock, ENOLCK, -1, (int fd, int operation), (fd, operation))
CALL(void *, mmap, ENOMEM, MAP_FAILED, (void *address, size_t length,
	int protection, int flags, int fd, off_t offset),
	(address, length, protection, flags, fd, offset))
CALL(int, memfd_create, EMFILE, -1, (const char *name, unsigned flags),
	(name, flags))
CALL(int, socket, EMFILE, -1, (int domain, int type, int protocol),
	(domain, type, protocol))
CALL(int, socketpair, EMFILE, -1, (int domain, int type, int protocol,
	int fds[2]), (domain, type, protocol, fds))
CALL(int, bind, EADDRINUSE, -1, (int fd, const struct sockaddr *address,
	socklen_t length), (fd, address, length))
CALL(int, listen, EADDRINUSE, -1, (int fd, int backlog), (fd, backlog))
CALL(int, connect, EADDRNOTAVAIL, -1, (int fd,
	const struct sockaddr *address, socklen_t length),
	(fd, address, length))
CALL(int, accept4, EMFILE, -1, (int fd, struct sockaddr *address,
	socklen_t *length, int flags), (fd, address, length, flags))
CALL(ssize_t, send, ECONNRESET, -1, (int fd, const void *bytes, size_t size,
	int flags), (fd, bytes, size, flags))
CALL(ssize_t, sendto, ECONNRESET, -1, (int fd, const void *bytes, size_t size,
	int flags, const struct sockaddr *address, socklen_t length),
	(fd, bytes, size, flags, address, length))
CALL(ssize_t, sendmsg, ECONNRESET, -1, (int fd, const struct msghdr *message,
	int flags), (fd, message, flags))
CALL(ssize_t, recv, ECONNRESET, -1, (int fd, void *bytes, size_t size,
	int flags), (fd, bytes, size, flags))
CALL(ssize_t, recvmsg, ECONNRESET, -1, (int fd, struct msghdr *message,
	int flags), (fd, message, flags))
CALL(int, shutdown, ENOTCONN, -1, (int fd, int how), (fd, how))
CALL(ssize_t, sendfile, EIO, -1, (int to_fd, int from_fd, off_t *offset,
	size_t size), (to_fd, from_fd, offset, size))
CALL(int, getpeername, ENOTCONN, -1, (int fd, struct sockaddr *address,
	socklen_t *length), (fd, address, length))
CALL(int, getsockopt, ENOBUFS, -1, (int fd, int level, int name, void *value,
	socklen_t *length), (fd, level, name, value, length))
CALL(int, setsockopt, ENOBUFS, -1, (int fd, int level, int name,
	const void *value, socklen_t length), (fd, level, name, value, length))
CALL(int, getsockname, ENOBUFS, -1, (int fd, struct sockaddr *address,
	socklen_t *length), (fd, address, length))
CALL(int, epoll_create1, EMFILE, -1, (int flags), (flags))
CALL(int, epoll_ctl, ENOSPC, -1, (int fd, int operation, int which,
	struct epoll_event *event), (fd, operation, which, event))
CALL(int, epoll_wait, EINTR, -1, (int fd, struct epoll_event *events, int max,
	int timeout), (fd, events, max, timeout))
CALL(int, poll, EINTR, -1, (struct pollfd *fds, nfds_t number, int timeout),
	(fds, number, timeout))
CALL(int, timerfd_create, EMFILE, -1, (int clock, int flags), (clock, flags))
CALL(int, timerfd_settime, EINVAL, -1, (int fd, int flags,
	const struct itimerspec *next_time, struct itimerspec *last),
	(fd, flags, next_time, last))
CALL(int, signalfd, EMFILE, -1, (int fd, const sigset_t *set, int flags),
	(fd, set, flags))
CALL(int, epoll_pwait2, EINTR, -1, (int fd, struct epoll_event *events, int max,
	const struct timespec *timeout, const sigset_t *set),
	(fd, events, max, timeout, set))
CALL(int, ppoll, EINTR, -1, (struct pollfd *fds, nfds_t number,
	const struct timespec *timeout, const sigset_t *set),
	(fds, number, timeout, set))
CALL(int, eventfd, EMFILE, -1, (unsigned value, int flags), (value, flags))
CALL(int, pipe2, EMFILE, -1, (int fds[2], int flags), (fds, flags))
CALL(int, dup2, EMFILE, -1, (int from_fd, int to_fd), (from_fd, to_fd))
CALL_MORE(int, fcntl, EMFILE, command, (int fd, int command, ...),
	(fd, command, more[0]))
CALL_MORE(int, ioctl, EIO, request, (int fd, unsigned long request, ...),
	(fd, request, more[0]))
CALL_MORE(int, prctl, EPERM, option, (int option, ...),
	(option, more[0], more[1], more[2], more[3]))
CALL_MORE(long, syscall, ENOSYS, number, (long number, ...),
	(number, more[0], more[1], more[2], more[3], more[4], more[5]))
CALL(pid_t, fork, EAGAIN, -1, (void), ())
CALL(pid_t, waitpid, EINTR, -1, (pid_t pid, int *status, int options),
	(pid, status, options))
CALL(pid_t, wait4, EINTR, -1, (pid_t pid, int *status, int options,
	struct rusage *usage), (pid, status, options, usage))
CALL(int, execv, ENOMEM, -1, (const char *path, char *const words[]),
	(path, words))
CALL(int, execvp, ENOMEM, -1, (const char *path, char *const words[]),
	(path, words))
CALL(int, posix_spawnp, EAGAIN, EAGAIN, (pid_t *pid, const char *path,
	const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const words[],
	char *const environment[]),
	(pid, path, actions, attributes, words, environment))
CALL(int, pthread_create, EAGAIN, EAGAIN, (pthread_t *thread,
	const pthread_attr_t *attributes, void *(*body)(void *), void *argument),
	(thread, attributes, body, argument))
CALL(int, waitid, EINTR, -1, (idtype_t type, id_t id, siginfo_t *data,
	int options), (type, id, data, options))
CALL(int, setns, EPERM, -1, (int fd, int type), (fd, type))
CALL(int, unshare, EPERM, -1, (int flags), (flags))
CALL(int, setrlimit, EPERM, -1, (__rlimit_resource_t which,
	const struct rlimit *limit), (which, limit))
CALL(ssize_t, getrandom, ENOSYS, -1, (void *bytes, size_t size, unsigned flags),
	(bytes, size, flags))
CALL(int, sched_getaffinity, EPERM, -1, (pid_t pid, size_t size,
	cpu_set_t *set), (pid, size, set))
/* clang-format on */
