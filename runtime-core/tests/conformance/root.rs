//! The tree that programs find below `/`.

use crate::cases;
use crate::guest::{CREATE, Guest, Open, errno, filetype, rights, tree};
use crate::harness::{Bench, Expect, settings};
use crate::program::at_root;
use runtime_core::sandbox::{FileContent, PackageFiles};
use runtime_core::timeline::HandlerKind;

cases! {
    folders_of_an_environment {
        let mut guest = Guest::new();
        assert_eq!(guest.names(3), ["opt", "tmp", "var", "dev", "run"]);
        let var = guest.directory(3, "var").unwrap();
        assert_eq!(guest.names(var), ["runtime", "task"]);
        // Mounted directories are devices of their own.
        let mut device = |path| guest.stat(3, true, path).unwrap().device;
        let mut devices = [".", "opt", "tmp", "var/runtime", "var/task"].map(&mut device);
        assert_eq!(device("dev"), devices[0]);
        devices.sort_unstable();
        assert!(devices.windows(2).all(|pair| pair[0] < pair[1]), "{devices:?}");
    }

    packages_are_read_only {
        let mut settings = settings(HandlerKind::Reactor);
        settings.task = tree("lib/handler.py", "print()");
        settings.task.insert("lambda_function.py", FileContent::Symlink("lib/handler.py".into()));
        settings.opt = tree("bin/tool", "layer");
        settings.runtime = tree("bootstrap", "runtime");
        let mut guest = Guest::start(&settings);
        assert_eq!(guest.content(3, "var/task/lambda_function.py"), Ok("print()".to_owned()));
        assert_eq!(guest.content(3, "opt/bin/tool"), Ok("layer".to_owned()));
        assert_eq!(guest.content(3, "var/runtime/bootstrap"), Ok("runtime".to_owned()));
        assert_eq!(guest.create(3, "var/task/lib/handler.py"), Err(errno::ROFS));
        assert_eq!(guest.create(3, "var/task/new"), Err(errno::ROFS));
        assert_eq!(guest.create(3, "new"), Err(errno::ROFS));
        assert_eq!(guest.make_directory(3, "opt/new"), Err(errno::ROFS));
        assert_eq!(guest.make_directory(3, "opt/bin"), Err(errno::EXIST));
        assert_eq!(guest.symlink("x", 3, "var/runtime/new"), Err(errno::ROFS));
        assert_eq!(guest.unlink(3, "opt/bin/tool"), Err(errno::ROFS));
        assert_eq!(guest.remove_directory(3, "var/task"), Err(errno::ROFS));
        assert_eq!(guest.rename((3, "opt/bin"), (3, "opt/x")), Err(errno::ROFS));
        assert_eq!(guest.rename((3, "opt/bin/tool"), (3, "tmp/tool")), Err(errno::XDEV));
        assert_eq!(guest.link((3, true, "opt/bin/tool"), (3, "tmp/tool")), Err(errno::XDEV));
        assert_eq!(guest.set_times((3, true, "opt/bin/tool"), (1, 2), 5), Err(errno::ROFS));
        // Making what is there already is opening it.
        let how = Open { oflags: CREATE, rights: rights::READ, ..Open::default() };
        assert!(guest.open(3, "var/task/lib/handler.py", how).is_ok());
        assert_eq!(guest.bench.changes(), [""; 0]);
    }

    layers_lie_over_each_other_and_cannot_be_written_to {
        let layer = |files: &[(&str, &str)]| {
            let mut layer = PackageFiles::default();
            for (name, text) in files {
                layer.insert(name, text.as_bytes().to_vec());
            }
            layer
        };
        let first = layer(&[("python/tool.py", "first"), ("python/only.py", "one"), ("data", "file")]);
        let second = layer(&[("python/tool.py", "second"), ("data/a.txt", "folder")]);
        let mut settings = settings(HandlerKind::Reactor);
        settings.opt = PackageFiles::of_layers([&first, &second]).tree();
        let mut guest = Guest::start(&settings);
        assert_eq!(guest.content(3, "opt/python/tool.py"), Ok("second".to_owned()));
        assert_eq!(guest.content(3, "opt/python/only.py"), Ok("one".to_owned()));
        assert_eq!(guest.content(3, "opt/data/a.txt"), Ok("folder".to_owned()));
        assert_eq!(guest.create(3, "opt/python/tool.py"), Err(errno::ROFS));
        assert_eq!(guest.create(3, "opt/new"), Err(errno::ROFS));
        assert_eq!(guest.unlink(3, "opt/data/a.txt"), Err(errno::ROFS));
    }

    /// Absolute links in a package start from the root, for a path that starts there, too.
    absolute_links_in_packages {
        let mut settings = settings(HandlerKind::Reactor);
        settings.task.insert("tool", FileContent::Symlink("/opt/bin/tool".into()));
        settings.task.insert("out", FileContent::Symlink("/../../etc/passwd".into()));
        settings.opt = tree("bin/tool", "layer");
        let mut guest = Guest::start(&settings);
        assert_eq!(guest.content(3, "var/task/tool"), Ok("layer".to_owned()));
        assert_eq!(guest.content(3, "var/task/out"), Err(errno::PERM));
        let task = guest.directory(3, "var/task").unwrap();
        assert_eq!(guest.content(task, "tool"), Err(errno::PERM));
        assert_eq!(guest.read_link(task, "tool", 20), Ok("/opt/bin/tool".to_owned()));
    }

    null_takes_everything_and_gives_nothing {
        let mut guest = Guest::new();
        let null = guest.open(3, "dev/null", Open::default()).unwrap();
        assert_eq!(guest.write(null, "text"), Ok(4));
        assert_eq!(guest.read(null, 9), Ok(String::new()));
        assert_eq!(guest.pwrite(null, 7, "text"), Ok(4));
        assert_eq!(guest.seek(null, 9, 0), Ok(0));
        assert_eq!(guest.tell(null), Ok(0));
        assert_eq!(guest.seek(null, 9, 3), Err(errno::INVAL));
        // A device, and no terminal: it has positions.
        let stat = guest.fdstat(null).unwrap();
        assert_eq!(stat.filetype, filetype::CHARACTER_DEVICE);
        assert_ne!(stat.rights & rights::FD_SEEK, 0);
        let truncate = Open { oflags: CREATE | crate::guest::TRUNCATE, ..Open::default() };
        assert!(guest.open(3, "dev/null", truncate).is_ok());
        assert_eq!(guest.resize(null, 0), Err(errno::INVAL));
        assert_eq!(guest.stat(3, true, "dev/null"), guest.fd_stat(null));
    }

    random_devices_give_random_bytes {
        let mut guest = Guest::new();
        for path in ["dev/random", "dev/urandom"] {
            let how = Open { rights: rights::READ, ..Open::default() };
            let device = guest.open(3, path, how).unwrap();
            let (one, other) = (guest.read(device, 20).unwrap(), guest.read(device, 20).unwrap());
            assert_eq!((one.len(), other.len()), (20, 20));
            assert_ne!(one, other);
            assert_eq!(guest.pread(device, 1_000, 3).unwrap().len(), 3);
        }
    }

    /// Streams by path are those of descriptors 0, 1 and 2.
    streams_by_path {
        let open = |path: &str, fd: u32| format!(
            r#"(local.set $a (call $open (i32.const 3) (str "{path}") (i32.const 0)
                (i64.const 0x8E001FF)))
            (call $say (i32.eq (local.get $a) (i32.const {fd})))"#
        );
        let body = open("dev/stdin", 4)
            + "(call $read (local.get $a) (i32.const 3)) (call $read (i32.const 0) (i32.const 9))"
            + r#"(call $write (local.get $a) (str "x"))"#
            + &open("dev/stdout", 5)
            + r#"(call $write (local.get $a) (str "out"))
            (call $say (call $fd_seek (local.get $a) (i64.const 0) (i32.const 0) (i32.const 8)))
            (call $say (call $fd_fdstat_get (local.get $a) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 64)))
            (call $say (call $fd_filestat_get (local.get $a) (i32.const 64)))
            (call $say (i32.load8_u (i32.const 80)))
            (call $read (local.get $a) (i32.const 1))"#
            + &open("dev/stderr", 6)
            + r#"(call $write (local.get $a) (str "err"))"#;
        let mut bench = Bench::command(&at_root(&body));
        bench.invoke("event").responds("out0 1 0 eve 0 nt 76 0 1 0 70 0 0 0 2 76  0 1 0 ");
        assert_eq!(bench.log(), "err");
    }

    devices_stay_where_they_are {
        let mut guest = Guest::new();
        assert_eq!(guest.unlink(3, "dev/null"), Err(errno::ROFS));
        assert_eq!(guest.rename((3, "dev/null"), (3, "dev/x")), Err(errno::ROFS));
        assert_eq!(guest.rename((3, "dev/null"), (3, "tmp/x")), Err(errno::XDEV));
        assert_eq!(guest.create(3, "dev/x"), Err(errno::ROFS));
        assert_eq!(guest.read_link(3, "dev/stdin", 9), Err(errno::INVAL));
        let directory = guest.directory(3, "dev").unwrap();
        assert_eq!(guest.names(directory).len(), 6);
    }

    /// `/tmp` is kept with all its links and times; descriptors are not.
    a_new_process_finds_tmp_as_it_was {
        let mut settings = settings(HandlerKind::Reactor);
        let mut guest = Guest::start(&settings);
        guest.make_directory(3, "tmp/d").unwrap();
        guest.file(3, "tmp/d/f", "text");
        guest.link((3, false, "tmp/d/f"), (3, "tmp/h")).unwrap();
        guest.symlink("d/f", 3, "tmp/s").unwrap();
        guest.set_times((3, true, "tmp/d/f"), (1, 2), 5).unwrap();
        let paths = ["tmp/d", "tmp/d/f", "tmp/h", "tmp/s"];
        let before = paths.map(|path| guest.stat(3, false, path));
        settings.tmp = guest.bench.tmp();
        let mut next = Guest::start(&settings);
        assert_eq!(paths.map(|path| next.stat(3, false, path)), before);
        assert_eq!(next.content(3, "tmp/s"), Ok("text".to_owned()));
        assert_eq!(next.bench.changes(), [""; 0]);
        // New files get numbers of their own.
        next.file(3, "tmp/new", "");
        let new = next.stat(3, false, "tmp/new").unwrap().number;
        assert!(before.iter().all(|stat| stat.unwrap().number != new));
    }

    /// Room comes back when a removed file is closed.
    tmp_has_an_end {
        let mut settings = settings(HandlerKind::Reactor);
        settings.ephemeral_storage = runtime_core::units::MemoryMb::new(1);
        let mut guest = Guest::start(&settings);
        let big = guest.create(3, "tmp/big").unwrap();
        guest.resize(big, 1_048_576).unwrap();
        let small = guest.create(3, "tmp/small").unwrap();
        assert_eq!(guest.write(small, "x"), Err(errno::NOSPC));
        assert_eq!(guest.symlink("target", 3, "tmp/link"), Err(errno::NOSPC));
        guest.unlink(3, "tmp/big").unwrap();
        assert_eq!(guest.write(small, "x"), Err(errno::NOSPC));
        guest.close(big).unwrap();
        assert_eq!(guest.write(small, "x"), Ok(1));
        assert_eq!(guest.symlink("target", 3, "tmp/link"), Ok(()));
    }

    arguments_are_those_of_the_settings {
        let mut settings = settings(HandlerKind::Command);
        settings.arguments = vec!["program".into(), String::new(), "ünï".into()];
        let body = r#"(call $say (call $args_sizes_get (i32.const 0) (i32.const 4)))
            (call $say (i32.load (i32.const 0)))
            (call $say (i32.load (i32.const 4)))
            (call $say (call $args_get (i32.const 8) (i32.const 100)))
            (call $raw (i32.const 109) (i32.const 5))"#;
        Bench::start(&settings, &at_root(body)).invoke("").responds("0 3 15 0 ünï ");
    }
}
