//! `/tmp` through WASI; it is descriptor 3 in these programs.

use crate::cases;
use crate::harness::{ABORTED, Bench, Expect, settings};
use crate::program::{DIRECTORY_RIGHTS, at_root, program};
use runtime_core::sandbox::{FileContent, FileTree};
use runtime_core::timeline::HandlerKind;
use runtime_core::units::MemoryMb;

/// What C libraries ask for to read, to write, and both.
const READ: &str = "(i64.const 0x8A000A6)";
const WRITE: &str = "(i64.const 0x8E001FD)";
const BOTH: &str = "(i64.const 0x8E001FF)";

/// `oflags`
const CREATE: &str = "(i32.const 1)";
const DIRECTORY: &str = "(i32.const 2)";

#[track_caller]
fn says(body: &str, said: &str) -> Vec<String> {
    let mut bench = Bench::command(&program(body));
    bench.invoke("").responds(said);
    bench.changes()
}

/// Opens below `/tmp`, says the error number and keeps the descriptor in `$a`.
fn open(path: &str, oflags: &str, rights: &str) -> String {
    format!(r#"(local.set $a (call $open (i32.const 3) (str "{path}") {oflags} {rights}))"#)
}

/// Calls a function of the form `(fd, path)` on `/tmp` and says the error number.
fn path(function: &str, path: &str) -> String {
    format!(r#"(call $say (call ${function} (i32.const 3) (str "{path}")))"#)
}

fn seek(offset: i64, whence: u32) -> String {
    format!(
        "(call $say (call $fd_seek (local.get $a) (i64.const {offset}) (i32.const {whence})
            (i32.const 8)))
        (call $say64 (i64.load (i32.const 8)))"
    )
}

/// Says error number, type, links and size of a path.
fn stat(path: &str) -> String {
    format!(
        r#"(call $say (call $path_filestat_get (i32.const 3) (i32.const 0) (str "{path}")
            (i32.const 64)))
        (call $say (i32.load8_u (i32.const 80)))
        (call $say64 (i64.load (i32.const 88)))
        (call $say64 (i64.load (i32.const 96)))"#
    )
}

fn create(path: &str) -> String {
    format!("make {path}")
}

fn wrote(path: &str, offset: u64, bytes: &str) -> String {
    format!("write {path} {offset} {bytes}")
}

cases! {
    the_root_is_the_one_preopened_directory {
        let body = r#"(call $say (call $fd_prestat_get (i32.const 3) (i32.const 8)))
            (call $say (i32.load8_u (i32.const 8)))
            (call $say (i32.load (i32.const 12)))
            (call $say (call $fd_prestat_dir_name (i32.const 3) (i32.const 100) (i32.const 4)))
            (call $raw (i32.const 100) (i32.const 1))
            (call $say (call $fd_prestat_dir_name (i32.const 3) (i32.const 100) (i32.const 0)))
            (call $say (call $fd_prestat_get (i32.const 4) (i32.const 8)))
            (call $say (call $fd_prestat_get (i32.const 0) (i32.const 8)))
            (call $say (call $fd_prestat_dir_name (i32.const 9) (i32.const 100) (i32.const 4)))
            (call $say (call $fd_fdstat_get (i32.const 3) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 64)))
            (call $say (call $fd_prestat_get (i32.const 3) (i32.const 131068)))
            (call $say (call $fd_prestat_dir_name (i32.const 3) (i32.const 131072) (i32.const 1)))"#;
        Bench::command(&at_root(body)).invoke("").responds("0 0 1 0 / 37 8 8 8 0 3 21 21 ");
    }

    write_and_read_back {
        let body = open("a.txt", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "hello"))"#
            + &seek(1, 0)
            + "(call $read (local.get $a) (i32.const 10)) (call $read (local.get $a) (i32.const 10))"
            + "(call $say (call $fd_close (local.get $a))) (call $read (local.get $a) (i32.const 1))"
            + &stat("a.txt");
        let changes = says(&body, "0 0 0 1 0 ello 0  0 8  0 4 1 5 ");
        assert_eq!(changes, [create("a.txt"), wrote("a.txt", 0, "hello")]);
    }

    /// A write far behind the end leaves zeros between.
    sparse_writes {
        let body = open("f", CREATE, BOTH)
            + &seek(3, 0)
            + r#"(call $write (local.get $a) (str "x"))"#
            + &seek(0, 0)
            + "(call $read (local.get $a) (i32.const 10))";
        let changes = says(&body, "0 0 3 0 0 0 0 \0\0\0x ");
        assert_eq!(changes, [create("f"), wrote("f", 3, "x")]);
    }

    positions {
        let body = open("f", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "0123456789"))"#
            + &seek(-3, 2)
            + &seek(2, 1)
            + &seek(100, 0)
            + "(call $read (local.get $a) (i32.const 1))"
            + "(call $say (call $fd_tell (local.get $a) (i32.const 8))) (call $say64 (i64.load (i32.const 8)))"
            // Before the start, beyond what an offset can be, and from nowhere.
            + &seek(-1, 0)
            + &seek(i64::MAX, 1)
            + &seek(0, 3)
            + "(call $say (call $fd_tell (local.get $a) (i32.const 131070)))";
        says(&body, "0 0 0 7 0 9 0 100 0  0 100 28 100 28 100 28 100 21 ");
    }

    positioned_reads_and_writes_leave_the_position {
        let body = open("f", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "abcdef"))
            (call $slice (i32.const 0) (ptr "XY") (i32.const 2))
            (call $say (call $fd_pwrite (local.get $a) (i32.const 0) (i32.const 1) (i64.const 1)
                (i32.const 8)))
            (call $say (i32.load (i32.const 8)))
            (call $slice (i32.const 0) (i32.const 32768) (i32.const 9))
            (call $say (call $fd_pread (local.get $a) (i32.const 0) (i32.const 1) (i64.const 2)
                (i32.const 8)))
            (call $raw (i32.const 32768) (i32.load (i32.const 8)))
            (call $say (call $fd_pread (local.get $a) (i32.const 0) (i32.const 1) (i64.const -1)
                (i32.const 8)))
            (call $say (i32.load (i32.const 8)))
            (call $say (call $fd_tell (local.get $a) (i32.const 8)))
            (call $say64 (i64.load (i32.const 8)))"#;
        let changes = says(&body, "0 0 0 2 0 Ydef 0 0 0 6 ");
        assert_eq!(changes, [create("f"), wrote("f", 0, "abcdef"), wrote("f", 1, "XY")]);
    }

    /// Appending goes to the end, wherever the position is.
    append {
        let body = open("f", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "one"))"#
            + &seek(0, 0)
            + r#"(call $say (call $fd_fdstat_set_flags (local.get $a) (i32.const 1)))
            (call $say (call $fd_fdstat_get (local.get $a) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 64)))
            (call $say (i32.load16_u (i32.const 66)))
            (call $write (local.get $a) (str "two"))"#
            + &seek(0, 0)
            + r#"(call $read (local.get $a) (i32.const 10))
            (call $say (call $fd_fdstat_set_flags (local.get $a) (i32.const 64)))
            (call $say (call $fd_fdstat_set_flags (i32.const 3) (i32.const 1)))"#;
        let changes = says(&body, "0 0 0 0 0 0 4 1 0 0 0 0 onetwo 28 8 ");
        assert_eq!(changes[2], wrote("f", 3, "two"));
    }

    resize {
        let body = open("f", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "abcdef"))
            (call $say (call $fd_filestat_set_size (local.get $a) (i64.const 2)))
            (call $say (call $fd_filestat_set_size (local.get $a) (i64.const 4)))
            (call $say (call $fd_filestat_get (local.get $a) (i32.const 64)))
            (call $say64 (i64.load (i32.const 96)))"#
            + &seek(0, 0)
            + r#"(call $read (local.get $a) (i32.const 10))
            (call $say (call $fd_filestat_set_size (i32.const 3) (i64.const 0)))
            (call $say (call $fd_filestat_set_size (i32.const 1) (i64.const 0)))
            (call $say (call $fd_filestat_set_size (i32.const 77) (i64.const 0)))"#;
        let changes = says(&body, "0 0 0 0 0 4 0 0 0 ab\0\0 28 28 8 ");
        assert_eq!(changes[2..], ["resize f 2", "resize f 4"]);
    }

    /// Without the right to read or write, a descriptor is not open for it.
    descriptors_do_what_they_were_opened_for {
        let body = open("f", CREATE, WRITE)
            + r#"(call $write (local.get $a) (str "x")) (call $read (local.get $a) (i32.const 1))"#
            + &open("f", "(i32.const 0)", READ)
            + r#"(call $write (local.get $a) (str "x")) (call $read (local.get $a) (i32.const 1))
            (call $say (call $fd_filestat_set_size (local.get $a) (i64.const 0)))"#
            + &open("f", "(i32.const 0)", "(i64.const 0)")
            + "(call $read (local.get $a) (i32.const 1))
            (call $slice (i32.const 0) (i32.const 32768) (i32.const 1))
            (call $say (call $fd_pread (local.get $a) (i32.const 0) (i32.const 1) (i64.const 0)
                (i32.const 8)))
            (call $say (call $fd_pwrite (local.get $a) (i32.const 0) (i32.const 1) (i64.const 0)
                (i32.const 8)))
            (call $say (call $fd_datasync (local.get $a)))";
        says(&body, "0 0 76  0 76 0 x 76 0 76  76 76 76 ");
    }

    opening {
        let body = open("missing", "(i32.const 0)", READ)
            + &open("f", CREATE, READ)
            // Made already, and asked for as new; asked for as a directory.
            + &open("f", "(i32.const 5)", READ)
            + &open("f", DIRECTORY, READ)
            + &open("new/", CREATE, READ)
            + &open("d", "(i32.const 3)", READ)
            + &open("f", "(i32.const 16)", READ)
            + &open("missing/f", CREATE, READ)
            + &open("f/g", CREATE, READ)
            + &open("f/", "(i32.const 0)", READ)
            + &open("", "(i32.const 0)", READ)
            // From a file, from a stream, from nothing.
            + r#"(drop (call $open (i32.const 4) (str "x") (i32.const 0) (i64.const 2)))
            (drop (call $open (i32.const 1) (str "x") (i32.const 0) (i64.const 2)))
            (drop (call $open (i32.const 9) (str "x") (i32.const 0) (i64.const 2)))
            (drop (call $open (i32.const 3) (i32.const 131070) (i32.const 9) (i32.const 0) (i64.const 2)))"#;
        let changes = says(&body, "44 0 20 54 31 28 28 44 54 54 44 54 54 8 21 ");
        assert_eq!(changes, [create("f")]);
    }

    truncating {
        let body = open("f", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "abc"))"#
            + &open("f", "(i32.const 8)", BOTH)
            + "(call $read (local.get $a) (i32.const 9))"
            + &stat("f");
        let changes = says(&body, "0 0 0 0  0 4 1 0 ");
        assert_eq!(changes, ["make f", "write f 0 abc", "resize f 0"]);
    }

    directories {
        let body = path("path_create_directory", "d")
            + &path("path_create_directory", "d")
            + &path("path_create_directory", "d/e/")
            + &path("path_create_directory", "x/y")
            + &path("path_create_directory", ".")
            + &stat("d")
            + &path("path_remove_directory", "d")
            + &path("path_remove_directory", "d/e")
            + &path("path_remove_directory", "d/")
            + &path("path_remove_directory", "d")
            + &path("path_remove_directory", ".")
            + &open("f", CREATE, READ)
            + &path("path_remove_directory", "f");
        let changes = says(&body, "0 20 0 44 20 0 3 1 0 55 0 0 44 28 0 54 ");
        assert_eq!(changes, ["make d/", "make d/e/", "remove d/e", "remove d", "make f"]);
    }

    unlinking {
        let body = path("path_create_directory", "d")
            + &path("path_unlink_file", "d")
            + &path("path_unlink_file", "d/")
            + &path("path_unlink_file", "missing")
            + &open("f", CREATE, READ)
            + &path("path_unlink_file", "f/")
            + &path("path_unlink_file", "f")
            + &path("path_unlink_file", "f")
            + &stat("f");
        says(&body, "0 31 31 44 0 54 0 44 44 0 0 0 ");
    }

    /// A removed file can be used until it is closed, and that leaves no trace in the journal.
    removed_but_open {
        let body = open("f", CREATE, BOTH)
            + &path("path_unlink_file", "f")
            + r#"(call $write (local.get $a) (str "still"))"#
            + &seek(0, 0)
            + r#"(call $read (local.get $a) (i32.const 9))
            (call $say (call $fd_filestat_get (local.get $a) (i32.const 64)))
            (call $say64 (i64.load (i32.const 88)))"#;
        let changes = says(&body, "0 0 0 0 0 0 still 0 0 ");
        assert_eq!(changes, ["make f", "remove f"]);
    }

    renaming {
        let rename = |from: &str, to: &str| format!(
            r#"(call $say (call $path_rename (i32.const 3) (str "{from}") (i32.const 3) (str "{to}")))"#
        );
        let body = open("f", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "abc"))"#
            + &path("path_create_directory", "d")
            + &path("path_create_directory", "d/e")
            + &rename("f", "d/e/g")
            + &rename("d", "top")
            + &stat("top/e/g")
            // The descriptor follows its file.
            + r#"(call $write (local.get $a) (str "d"))"#
            + &rename("missing", "x")
            + &rename("top/e/g", "x/y")
            + &rename("top", "top/e/inside")
            + &rename("top", "top/e/g")
            + &rename("top/e/g", "top/e")
            + &rename("top/e/g", "h/")
            + &rename("top/e/g", "top/e/g")
            + &rename("top/e", "top")
            + &rename(".", "x")
            + &rename("top/e/g", "../x")
            + &path("path_create_directory", "empty")
            + &rename("top", "empty")
            + &stat("empty/e/g");
        let changes = says(&body,
            "0 0 0 0 0 0 0 4 1 3 0 44 44 28 28 31 54 0 55 10 63 0 0 0 4 1 4 ");
        assert_eq!(changes[4..], [
            "rename f d/e/g",
            "rename d top",
            "write top/e/g 3 d",
            "make empty/",
            "rename top empty",
        ]);
    }

    renaming_over_a_file_replaces_it {
        let body = open("a", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "new"))"#
            + &open("b", CREATE, BOTH)
            + r#"(call $write (local.get $a) (str "older"))
            (call $say (call $path_rename (i32.const 3) (str "a") (i32.const 3) (str "b")))"#
            + &stat("b")
            + &stat("a");
        says(&body, "0 0 0 0 0 0 4 1 3 44 4 1 3 ");
    }

    /// No way out, by whatever name.
    no_escape {
        let tries = ["..", "../x", "a/../..", "a/../../tmp/a", "/", "/etc/passwd", "/tmp/a", "./../a"];
        let opens: String = tries.iter().map(|path| open(path, "(i32.const 0)", READ)).collect();
        let body = path("path_create_directory", "a") + &opens
            + &path("path_create_directory", "../x")
            + &path("path_unlink_file", "/f")
            + &path("path_remove_directory", "..");
        says(&body, "0 63 63 63 63 63 63 63 63 63 63 63 ");
    }

    /// Nor out of a directory that is not `/tmp`.
    no_escape_from_a_directory {
        let body = path("path_create_directory", "d")
            + &open("d", DIRECTORY, &format!("(i64.const {DIRECTORY_RIGHTS})"))
            + r#"(drop (call $open (local.get $a) (str "../d") (i32.const 0) (i64.const 2)))
            (drop (call $open (local.get $a) (str "f") (i32.const 1) (i64.const 2)))
            (drop (call $open (local.get $a) (str ".//./f") (i32.const 0) (i64.const 2)))
            (drop (call $open (local.get $a) (str "x/../f") (i32.const 0) (i64.const 2)))"#
            + &open("d/../d/f", "(i32.const 0)", READ);
        says(&body, "0 0 63 0 0 44 0 ");
    }

    odd_paths {
        let long_name = "n".repeat(256);
        let body = open("nul\\00", CREATE, READ)
            + &open("\\ff\\fe", CREATE, READ)
            + &open(&long_name, CREATE, READ)
            + &open(&"n".repeat(255), CREATE, READ)
            + &open(&"./".repeat(2_100), "(i32.const 0)", READ)
            + &open("gr\\c3\\bcn", CREATE, READ)
            + &stat("gr\\c3\\bcn");
        let changes = says(&body, "28 25 37 0 37 0 0 4 1 0 ");
        assert_eq!(changes[1], create("grün"));
    }

    directory_descriptors_are_not_files {
        let body = r#"(call $read (i32.const 3) (i32.const 1))
            (call $write (i32.const 3) (str "x"))
            (call $say (call $fd_seek (i32.const 3) (i64.const 0) (i32.const 0) (i32.const 8)))
            (call $say (call $fd_pread (i32.const 3) (i32.const 0) (i32.const 1) (i64.const 0)
                (i32.const 8)))
            (call $say (call $fd_sync (i32.const 3)))
            (call $say (call $fd_filestat_get (i32.const 3) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 80)))"#.to_owned()
            + &open(".", "(i32.const 0)", WRITE)
            + &open(".", CREATE, READ);
        says(&body, "31  8 8 31 0 0 3 31 31 ");
    }

    listing {
        let body = path("path_create_directory", "d")
            + &path("path_create_directory", "d/sub")
            + &open("d/file", CREATE, READ)
            + &open("d", DIRECTORY, &format!("(i64.const {DIRECTORY_RIGHTS})"))
            + r#"(call $say (call $fd_readdir (local.get $a) (i32.const 32768) (i32.const 1000)
                (i64.const 0) (i32.const 8)))
            (local.set $b (i32.const 32768))
            (local.set $c (i32.add (i32.const 32768) (i32.load (i32.const 8))))
            (block $end (loop $next
                (br_if $end (i32.ge_u (local.get $b) (local.get $c)))
                (call $say64 (i64.load (local.get $b)))
                (call $say (i32.load8_u offset=20 (local.get $b)))
                (call $raw (i32.add (local.get $b) (i32.const 24))
                    (i32.load offset=16 (local.get $b)))
                (local.set $b (i32.add (local.get $b)
                    (i32.add (i32.const 24) (i32.load offset=16 (local.get $b)))))
                (br $next)))
            (call $say (call $fd_readdir (local.get $a) (i32.const 32768) (i32.const 30)
                (i64.const 2) (i32.const 8)))
            (call $say (i32.load (i32.const 8)))
            (call $raw (i32.const 32792) (i32.const 3))
            (call $say (call $fd_readdir (local.get $a) (i32.const 32768) (i32.const 1000)
                (i64.const 4) (i32.const 8)))
            (call $say (i32.load (i32.const 8)))
            (call $say (call $fd_readdir (i32.const 4) (i32.const 32768) (i32.const 1000)
                (i64.const 0) (i32.const 8)))
            (call $say (call $fd_readdir (local.get $a) (i32.const 131060) (i32.const 1000)
                (i64.const 0) (i32.const 8)))"#;
        says(&body, "0 0 0 0 0 1 3 . 2 3 .. 3 3 sub 4 4 file 0 30 sub 0 0 54 21 ");
    }

    /// `/tmp` outlives the process, and is seen by the next.
    tmp_survives_a_crash {
        let write = open("f", CREATE, BOTH) + r#"(call $write (local.get $a) (str "kept"))"#;
        let body = format!(
            r#"(call $read (i32.const 0) (i32.const 1))
            (if (i32.load (i32.const 8)) (then {write} unreachable))
            {} (call $read (local.get $a) (i32.const 9))"#,
            open("f", "(i32.const 0)", READ)
        );
        let mut bench = Bench::command(&program(&body));
        bench.invoke("").responds("0  44 8  ");
        bench.invoke("x").fails(ABORTED);
        bench.invoke_again("").responds("0  0 0 kept ");
        assert_eq!(bench.changes(), [create("f"), wrote("f", 0, "kept")]);
    }

    /// And it can be given to a sandbox from the start.
    tmp_from_an_earlier_process {
        let mut settings = settings(HandlerKind::Command);
        let mut tmp = FileTree::default();
        tmp.insert("d", FileContent::Directory);
        tmp.insert("d/f", FileContent::File(b"left".to_vec().into()));
        settings.tmp = tmp;
        let body = open("d/f", "(i32.const 0)", READ) + "(call $read (local.get $a) (i32.const 9))";
        let mut bench = Bench::start(&settings, &program(&body));
        bench.invoke("").responds("0 0 left ");
        assert_eq!(bench.changes(), [""; 0]);
    }

    /// The last bytes that fit are written; after that there is no space.
    full {
        let mut settings = settings(HandlerKind::Command);
        settings.ephemeral_storage = MemoryMb::new(1);
        let body = open("f", CREATE, BOTH)
            + r#"(call $say (call $fd_filestat_set_size (local.get $a) (i64.const 1048577)))
            (call $say (call $fd_filestat_set_size (local.get $a) (i64.const 1048570)))"#
            + &seek(0, 2)
            + r#"(call $write (local.get $a) (str "0123456789"))
            (call $say (i32.load (i32.const 8)))
            (call $write (local.get $a) (str "x"))
            (call $say (call $fd_filestat_set_size (local.get $a) (i64.const 0)))
            (call $write (local.get $a) (str "x"))
            (call $say (call $fd_filestat_set_size (local.get $a) (i64.const -1)))"#;
        let mut bench = Bench::start(&settings, &program(&body));
        bench.invoke("").responds("0 51 0 0 1048570 0 6 51 0 51 51 ");
        assert_eq!(bench.changes()[2], wrote("f", 1_048_570, "012345"));
    }

    /// 1,024 descriptors are the limit, streams and `/tmp` among them; a closed one makes room.
    too_many_descriptors {
        let body = r#"(drop (call $open (i32.const 3) (str "f") (i32.const 1) (i64.const 2)))
            (block $end (loop $next
                (local.set $a (call $path_open (i32.const 3) (i32.const 0) (ptr "f")
                    (i32.const 1) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0)
                    (i32.const 16)))
                (br_if $end (local.get $a))
                (local.set $b (i32.load (i32.const 16)))
                (br $next)))
            (call $say (local.get $a))
            (call $say (local.get $b))
            (call $say (call $fd_close (i32.const 500)))
            (call $say (call $open (i32.const 3) (str "f") (i32.const 0) (i64.const 2)))"#;
        says(body, "0 33 1023 0 0 500 ");
    }
}
