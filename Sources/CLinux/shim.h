// Calls of Linux that Swift cannot make by itself: prctl takes any number of arguments, and the others are only declared for
// programs that ask for GNU's extensions.
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
int pipe2(int[2], int);

/// The program that is started works in this folder.
static inline int spawn_in_folder(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

/// POSIX_SPAWN_SETSID: the program that is started has a session of its own.
enum { spawn_own_session = 0x80 };

/// A pipe that no program that is started is given.
static inline int private_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

/// Whether other processes of the same user may read this one's memory, environment and open files.
static inline int hide_process(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// From here on no program that is started gains rights by being started.
static inline int keep_rights_from_growing(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// Programs that are started from here on have none of the superuser's rights. 0, or an error's number.
static inline int drop_superuser(void) {
    for (int right = 0; prctl(PR_CAPBSET_READ, right, 0, 0, 0) >= 0; right++)
        if (prctl(PR_CAPBSET_DROP, right, 0, 0, 0) != 0) return errno;
    return 0;
}
