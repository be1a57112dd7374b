//! The 72 programs for `wasm32-wasip1` of WebAssembly/wasi-testsuite (November 2026), each with the
//! case here that asks the same of the sandbox. The programs themselves run with
//! `cargo xtask conformance`.

use crate::cases;

/// Written in AssemblyScript.
const ASSEMBLYSCRIPT: [(&str, &str); 12] = [
    (
        "args_get-multiple-arguments",
        "root::arguments_are_those_of_the_settings",
    ),
    (
        "args_sizes_get-multiple-arguments",
        "root::arguments_are_those_of_the_settings",
    ),
    ("args_sizes_get-no-arguments", "streams::arguments"),
    ("environ_get-multiple-variables", "streams::variables"),
    ("environ_sizes_get-multiple-variables", "streams::variables"),
    ("environ_sizes_get-no-variables", "streams::variables"),
    (
        "fd_write-to-invalid-fd",
        "streams::closed_streams_are_closed",
    ),
    ("fd_write-to-stdout", "streams::stdin_to_stdout"),
    ("proc_exit-failure", "streams::exit_codes"),
    ("proc_exit-success", "streams::exit_codes"),
    ("random_get-non-zero-length", "waiting::random_bytes"),
    ("random_get-zero-length", "waiting::random_bytes"),
];

/// Written in C.
const C: [(&str, &str); 14] = [
    ("clock_getres-monotonic", "waiting::clock_resolution"),
    ("clock_getres-realtime", "waiting::clock_resolution"),
    ("clock_gettime-monotonic", "waiting::monotonic_time_goes_on"),
    ("clock_gettime-realtime", "waiting::realtime_is_unix_time"),
    ("fdopendir-with-access", "times::files_are_told_apart"),
    (
        "fopen-with-access",
        "descriptors::preopened_directories_come_in_order",
    ),
    (
        "fopen-with-no-access",
        "descriptors::a_program_may_have_no_directory",
    ),
    ("lseek", "files::positions"),
    (
        "pread-with-access",
        "files::positioned_reads_and_writes_leave_the_position",
    ),
    (
        "pwrite-with-access",
        "files::positioned_reads_and_writes_leave_the_position",
    ),
    ("pwrite-with-append", "names::appending"),
    (
        "sock_shutdown-invalid_fd",
        "descriptors::no_descriptor_is_a_socket",
    ),
    (
        "sock_shutdown-not_sock",
        "descriptors::no_descriptor_is_a_socket",
    ),
    ("stat-dev-ino", "times::files_are_told_apart"),
];

/// Written in Rust.
const RUST: [(&str, &str); 46] = [
    ("big_random_buf", "descriptors::much_randomness"),
    ("clock_time_get", "waiting::monotonic_time_goes_on"),
    (
        "close_preopen",
        "descriptors::preopened_directories_can_be_closed_and_replaced",
    ),
    (
        "dangling_fd",
        "names::open_files_and_directories_can_be_removed",
    ),
    ("dangling_symlink", "links::opening_symbolic_links"),
    ("dir_fd_op_failures", "descriptors::directories_cannot_seek"),
    ("directory_seek", "descriptors::directories_cannot_seek"),
    ("fd_advise", "times::advising_changes_nothing"),
    (
        "fd_fdstat_set_rights",
        "descriptors::rights_can_only_be_given_up",
    ),
    ("fd_filestat_set", "times::times_can_be_set"),
    ("fd_flags_set", "names::appending"),
    (
        "fd_readdir",
        "descriptors::listing_while_the_directory_changes",
    ),
    ("file_allocate", "times::allocating"),
    (
        "file_pread_pwrite",
        "files::positioned_reads_and_writes_leave_the_position",
    ),
    ("file_seek_tell", "descriptors::positions_have_limits"),
    ("file_truncation", "names::ways_of_opening"),
    (
        "file_unbuffered_write",
        "names::what_one_descriptor_writes_another_reads",
    ),
    ("fstflags_validate", "times::times_that_cannot_be_set"),
    ("interesting_paths", "names::interesting_paths"),
    ("isatty", "descriptors::files_are_no_terminals"),
    ("nofollow_errors", "links::opening_symbolic_links"),
    (
        "overwrite_preopen",
        "descriptors::preopened_directories_can_be_closed_and_replaced",
    ),
    (
        "path_exists",
        "links::symbolic_links_are_followed_where_asked",
    ),
    ("path_filestat", "times::times_can_be_set"),
    ("path_link", "links::what_cannot_be_linked"),
    ("path_open_create_existing", "names::ways_of_opening"),
    (
        "path_open_dirfd_not_dir",
        "names::what_is_no_directory_has_nothing_below",
    ),
    ("path_open_missing", "names::ways_of_opening"),
    ("path_open_nonblock", "names::ways_of_opening"),
    (
        "path_open_preopen",
        "descriptors::preopened_directories_can_do_everything",
    ),
    (
        "path_open_read_write",
        "files::descriptors_do_what_they_were_opened_for",
    ),
    ("path_rename", "names::renaming_directories"),
    (
        "path_rename_dir_trailing_slashes",
        "names::renaming_directories",
    ),
    (
        "path_symlink_trailing_slashes",
        "links::names_that_links_cannot_have",
    ),
    ("poll_oneoff_stdio", "waiting::descriptors_are_ready"),
    ("readlink", "links::reading_links"),
    ("remove_directory_trailing_slashes", "names::removing"),
    ("remove_nonempty_directory", "names::removing"),
    ("renumber", "descriptors::renumbering"),
    ("sched_yield", "streams::every_function_links"),
    ("stdio", "descriptors::streams_can_be_renumbered"),
    ("symlink_create", "links::names_that_links_cannot_have"),
    (
        "symlink_filestat",
        "times::times_of_links_and_of_what_they_point_to",
    ),
    ("symlink_loop", "links::loops_end"),
    ("truncation_rights", "times::truncating_takes_a_right"),
    ("unlink_file_trailing_slashes", "names::removing"),
];

/// The files that cases are in.
const SOURCES: [(&str, &str); 8] = [
    ("descriptors", include_str!("descriptors.rs")),
    ("files", include_str!("files.rs")),
    ("links", include_str!("links.rs")),
    ("names", include_str!("names.rs")),
    ("root", include_str!("root.rs")),
    ("streams", include_str!("streams.rs")),
    ("times", include_str!("times.rs")),
    ("waiting", include_str!("waiting.rs")),
];

cases! {
    every_program_of_the_public_suite_has_a_case {
        for (program, case) in ASSEMBLYSCRIPT.into_iter().chain(C).chain(RUST) {
            let (file, name) = case.split_once("::").unwrap();
            let mut sources = SOURCES.into_iter();
            let (_, source) = sources.find(|(name, _)| *name == file).expect(file);
            assert!(source.contains(&format!("\n    {name} {{")), "{program}: {case}");
        }
    }
}
