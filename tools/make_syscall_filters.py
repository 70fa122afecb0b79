"""Make the sandbox's filters of system calls: src/gancourse/grading/sandbox/filters/<machine>.bpf.

python tools/make_syscall_filters.py [--check]    (needs `pip install pyseccomp`, and libseccomp 2.5 or newer)

A filter is a program for the kernel (seccomp(2)), in the form that prctl takes. What it doesn't name is allowed: a
learner's code may use all that PyTorch, TensorFlow and a notebook use. Refused are calls that honest code has no use
for and that reach beyond the sandbox's namespaces or widen what of the kernel can be attacked. docs/grading.md says
what the sandbox is for; `gancourse doctor` tries the refused calls from inside.
"""

import argparse
import errno
import tempfile
from pathlib import Path

import pyseccomp as seccomp

FOLDER = Path(__file__).resolve().parents[1] / "src" / "gancourse" / "grading" / "sandbox" / "filters"
MACHINES = {"x86_64": seccomp.Arch.X86_64, "aarch64": seccomp.Arch.AARCH64}  # as platform.machine() says
REFUSED = {
    # Keyrings outlive a sandbox and are no namespace's.
    "keyrings": "add_key keyctl request_key",
    "programs for the kernel": "bpf perf_event_open init_module finit_module delete_module kexec_load kexec_file_load",
    "much attacked": "userfaultfd io_uring_setup io_uring_enter io_uring_register vmsplice modify_ldt",
    "namespaces": "unshare setns",
    "mounts": "mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr "
    "swapon swapoff quotactl quotactl_fd name_to_handle_at open_by_handle_at",
    "other processes": "ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd move_pages "
    "migrate_pages",
    # Counted by real user, so that one learner could use up everybody's.
    "watches on files": "inotify_init inotify_init1 fanotify_init",
    "the machine": "reboot syslog acct settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname "
    "iopl ioperm vhangup lookup_dcookie",
}
NEW_NAMESPACES = 0x7E020080  # CLONE_NEW*, all of them, among clone's flags
# Sockets: local ones, the internet's (of which there is none inside) and netlink, by which one looks at interfaces.
# Beyond them lie virtual machines' sockets, which no namespace holds, and the kernel's cryptography.
SOCKETS = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK


def program(arch: int) -> bytes:
    """The filter for one architecture."""
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    if arch != seccomp.system_arch():
        made.add_arch(arch)
        made.remove_arch(seccomp.system_arch())
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in " ".join(REFUSED.values()).split():
        made.add_rule(refuse, name)
    for bit in range(32):
        if NEW_NAMESPACES >> bit & 1:
            made.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, 1 << bit, 1 << bit))
    made.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags can't be looked at; the C library then uses clone
    for family in set(range(SOCKETS[-1])) - set(SOCKETS):
        made.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.EQ, family))
    made.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.GT, SOCKETS[-1]))
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether the files are what this makes")
    check = parser.parse_args().check
    for machine, arch in MACHINES.items():
        path, wanted = FOLDER / f"{machine}.bpf", program(arch)
        if check:
            same = path.is_file() and path.read_bytes() == wanted
            print(f"{path.name}: {'as it should be' if same else 'another one'}")
        else:
            path.write_bytes(wanted)
            print(f"{path.name}: {len(wanted) // 8} instructions")


if __name__ == "__main__":
    main()
