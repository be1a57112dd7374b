//! Descriptors: numbers, rights, positions, listings.

use crate::cases;
use crate::guest::{CREATE, DIRECTORY, Guest, Open, errno, filetype, rights, tree};
use runtime_core::sandbox::FileTree;

cases! {
    preopened_directories_come_in_order {
        let directories = vec![
            ("one".to_owned(), tree("file", "text")),
            ("/".to_owned(), FileTree::default()),
        ];
        let mut guest = Guest::in_directories(directories);
        assert_eq!(guest.preopened(3), Ok("one".to_owned()));
        assert_eq!(guest.preopened(4), Ok("/".to_owned()));
        assert_eq!(guest.preopened(5), Err(errno::BADF));
        assert_eq!(guest.preopened(1), Err(errno::BADF));
        assert_eq!(guest.content(3, "file"), Ok("text".to_owned()));
        guest.file(3, "file", "more");
        assert_eq!(guest.rename((3, "file"), (4, "file")), Err(errno::XDEV));
        assert_eq!(guest.link((3, false, "file"), (4, "file")), Err(errno::XDEV));
        assert_eq!(guest.bench.changes(), [""; 0]);
        // Opened again it is a directory like others.
        let again = guest.directory(3, ".").unwrap();
        assert_eq!(guest.preopened(again), Err(errno::BADF));
    }

    a_program_may_have_no_directory {
        let mut guest = Guest::in_directories(Vec::new());
        assert_eq!(guest.preopened(3), Err(errno::BADF));
        assert_eq!(guest.fdstat(3), Err(errno::BADF));
    }

    preopened_directories_can_do_everything {
        let mut guest = Guest::new();
        let stat = guest.fdstat(3).unwrap();
        assert_eq!((stat.filetype, stat.flags), (filetype::DIRECTORY, 0));
        assert_eq!(stat.rights, rights::DIRECTORY);
        assert_eq!(stat.inheriting, rights::DIRECTORY | rights::FILE);
        let mut open = |oflags, rights, inheriting| {
            let how = Open { follow: false, oflags, rights, inheriting, flags: 0 };
            guest.open(3, ".", how).map(drop)
        };
        assert_eq!(open(0, stat.rights, stat.inheriting), Ok(()));
        assert_eq!(open(0, 0, 0), Ok(()));
        assert_eq!(open(DIRECTORY, 0, 0), Ok(()));
        assert_eq!(open(DIRECTORY, rights::FD_READ, 0), Ok(()));
        let both = rights::FD_READ | rights::FD_WRITE;
        assert_eq!(open(DIRECTORY, both, 0), Err(errno::ISDIR));
    }

    preopened_directories_can_be_closed_and_replaced {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        let d = guest.directory(3, "d").unwrap();
        let before = guest.fd_stat(d).unwrap();
        guest.renumber(d, 3).unwrap();
        assert_eq!(guest.fd_stat(3), Ok(before));
        assert_eq!(guest.fdstat(d), Err(errno::BADF));
        assert_eq!(guest.preopened(3), Err(errno::BADF));
        guest.close(3).unwrap();
        assert_eq!(guest.fdstat(3), Err(errno::BADF));
        assert_eq!(guest.close(3), Err(errno::BADF));
    }

    renumbering {
        let mut guest = Guest::in_a_directory();
        let [from, to] = ["one", "two"].map(|path| guest.create(3, path).unwrap());
        guest.write(from, "text").unwrap();
        let (stat, fdstat) = (guest.fd_stat(from), guest.fdstat(from));
        guest.renumber(from, to).unwrap();
        assert_eq!(guest.close(from), Err(errno::BADF));
        assert_eq!((guest.fd_stat(to), guest.fdstat(to)), (stat, fdstat));
        // The position comes along.
        assert_eq!(guest.tell(to), Ok(4));
        assert_eq!(guest.renumber(to, from), Err(errno::BADF));
        assert_eq!(guest.renumber(from, to), Err(errno::BADF));
        assert_eq!(guest.renumber(to, 5_000), Err(errno::BADF));
        assert_eq!(guest.renumber(to, to), Ok(()));
        assert_eq!(guest.tell(to), Ok(4));
        // The lowest free number is used next.
        assert_eq!(guest.create(3, "three"), Ok(from));
    }

    /// Streams are descriptors like others.
    streams_can_be_renumbered {
        let mut guest = Guest::in_a_directory();
        for stream in [0, 1, 2] {
            let file = guest.create(3, "file").unwrap();
            let stat = guest.fdstat(stream);
            guest.renumber(stream, file).unwrap();
            assert_eq!(guest.fdstat(file), stat);
            assert_eq!(guest.fdstat(stream), Err(errno::BADF));
        }
        // `file` was 4, then 0, then 1: stdin, stdout and stderr went there.
        assert_eq!(guest.write(0, "out "), Ok(4));
        assert_eq!(guest.write(1, "err"), Ok(3));
        assert_eq!(guest.bench.log(), "out err");
        assert_eq!(guest.write(4, "x"), Err(errno::NOTCAPABLE));
        assert_eq!(guest.fdstat(2), Err(errno::BADF));
    }

    rights_can_only_be_given_up {
        let mut guest = Guest::in_a_directory();
        let asked = rights::FD_READ | rights::FD_WRITE | rights::FD_SEEK | rights::FD_TELL;
        let how = Open { oflags: CREATE, rights: asked, ..Open::default() };
        let file = guest.open(3, "file", how).unwrap();
        assert_eq!(guest.fdstat(file).unwrap().rights, asked);
        guest.write(file, "text").unwrap();
        guest.seek(file, 0, 0).unwrap();
        assert_eq!(guest.read(file, 9), Ok("text".to_owned()));
        let kept = rights::FD_SEEK | rights::FD_TELL;
        guest.set_rights(file, kept, 0).unwrap();
        assert_eq!(guest.fdstat(file).unwrap().rights, kept);
        assert_eq!(guest.read(file, 9), Err(errno::NOTCAPABLE));
        assert_eq!(guest.write(file, "x"), Err(errno::NOTCAPABLE));
        assert_eq!(guest.seek(file, 0, 0), Ok(0));
        assert_eq!(guest.set_rights(file, asked, 0), Err(errno::NOTCAPABLE));
        assert_eq!(guest.set_rights(file, kept, kept), Err(errno::NOTCAPABLE));
        assert_eq!(guest.set_rights(file, kept, 0), Ok(()));
        assert_eq!(guest.set_rights(99, 0, 0), Err(errno::BADF));
    }

    /// Each call needs its right.
    nothing_works_without_rights {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        guest.file(3, "d/f", "text");
        let how = Open { rights: 0, ..Open::default() };
        let (file, d) = (guest.open(3, "d/f", how).unwrap(), guest.open(3, "d", how).unwrap());
        let results = [
            guest.read(file, 1).map(drop),
            guest.pread(file, 0, 1).map(drop),
            guest.write(file, "x").map(drop),
            guest.pwrite(file, 0, "x").map(drop),
            guest.seek(file, 0, 0).map(drop),
            guest.seek(file, 0, 1).map(drop),
            guest.tell(file).map(drop),
            guest.sync(file),
            guest.advise(file, 0, 0, 0),
            guest.allocate(file, 0, 1),
            guest.resize(file, 0),
            guest.fd_stat(file).map(drop),
            guest.fd_set_times(file, 0, 0, 0),
            guest.set_flags(file, 0),
            guest.sync(d),
            guest.fd_stat(d).map(drop),
            guest.list(d, 0, 100).map(drop),
            guest.open(d, "f", how).map(drop),
            guest.stat(d, true, "f").map(drop),
            guest.set_times((d, true, "f"), (0, 0), 0),
            guest.make_directory(d, "new"),
            guest.remove_directory(d, "new"),
            guest.unlink(d, "f"),
            guest.symlink("f", d, "new"),
            guest.read_link(d, "f", 9).map(drop),
            guest.rename((d, "f"), (3, "f")),
            guest.rename((3, "d/f"), (d, "g")),
            guest.link((d, false, "f"), (3, "f")),
            guest.link((3, false, "d/f"), (d, "g")),
        ];
        for (index, result) in results.into_iter().enumerate() {
            assert_eq!(result, Err(errno::NOTCAPABLE), "{index}");
        }
        assert_eq!(guest.content(3, "d/f"), Ok("text".to_owned()));
        // Asking where one is takes the lesser right.
        let how = Open { rights: rights::FD_TELL, ..Open::default() };
        let file = guest.open(3, "d/f", how).unwrap();
        assert_eq!(guest.seek(file, 0, 1), Ok(0));
        assert_eq!(guest.seek(file, 1, 1), Err(errno::NOTCAPABLE));
    }

    rights_are_inherited {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        let how = Open {
            rights: rights::DIRECTORY,
            inheriting: rights::FD_READ | rights::FD_SEEK,
            ..Open::default()
        };
        let d = guest.open(3, "d", how).unwrap();
        let mut open = |rights, inheriting| {
            guest.open(d, "f", Open { oflags: CREATE, rights, inheriting, ..Open::default() })
        };
        assert_eq!(open(rights::FD_WRITE, 0), Err(errno::NOTCAPABLE));
        assert_eq!(open(0, rights::FD_WRITE), Err(errno::NOTCAPABLE));
        let file = open(rights::FD_READ, 0).unwrap();
        assert_eq!(guest.fdstat(file).unwrap().rights, rights::FD_READ);
        // What nothing here can have is not missed, and what a file cannot have it does not get.
        let how = Open { rights: u64::MAX, inheriting: u64::MAX, ..Open::default() };
        let file = guest.open(3, "d/f", how).unwrap();
        let stat = guest.fdstat(file).unwrap();
        assert_eq!((stat.rights, stat.inheriting), (rights::FILE, 0));
    }

    directories_cannot_seek {
        let mut guest = Guest::in_a_directory();
        let how = Open { oflags: DIRECTORY, rights: rights::FD_SEEK, ..Open::default() };
        let d = guest.open(3, ".", how).unwrap();
        assert_eq!(guest.fdstat(d).unwrap().rights, 0);
        assert_eq!(guest.seek(d, 0, 1), Err(errno::BADF));
        assert_eq!(guest.tell(3), Err(errno::BADF));
        assert_eq!(guest.read(3, 1), Err(errno::ISDIR));
        assert_eq!(guest.pread(3, 0, 1), Err(errno::ISDIR));
        assert_eq!(guest.write(3, "x"), Err(errno::BADF));
        assert_eq!(guest.pwrite(3, 0, "x"), Err(errno::BADF));
        assert_eq!(guest.resize(3, 0), Err(errno::INVAL));
    }

    positions_have_limits {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "f").unwrap();
        guest.write(file, &"x".repeat(100)).unwrap();
        assert_eq!(guest.seek(file, -50, 1), Ok(50));
        assert_eq!(guest.seek(file, 1_000, 1), Ok(1_050));
        assert_eq!(guest.seek(file, -2_000, 1), Err(errno::INVAL));
        assert_eq!(guest.seek(file, i64::MAX, 0), Ok(i64::MAX as u64));
        assert_eq!(guest.seek(file, 1, 1), Err(errno::INVAL));
        assert_eq!(guest.read(file, 1), Ok(String::new()));
        assert_eq!(guest.write(file, "x"), Err(errno::FBIG));
        assert_eq!(guest.write(file, ""), Ok(0));
        assert_eq!(guest.pwrite(file, u64::MAX, "x"), Err(errno::FBIG));
        assert_eq!(guest.pwrite(file, 1 << 40, "x"), Err(errno::NOSPC));
        assert_eq!(guest.seek(file, -1, 2), Ok(99));
        assert_eq!(guest.read(file, 9), Ok("x".to_owned()));
    }

    an_empty_directory_has_two_entries {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        let d = guest.directory(3, "d").unwrap();
        let (entries, complete) = guest.list(d, 0, 256).unwrap();
        assert!(complete);
        let [dot, above] = &entries[..] else {
            panic!("{entries:?}");
        };
        assert_eq!((dot.name.as_str(), dot.filetype), (".", filetype::DIRECTORY));
        assert_eq!(dot.number, guest.fd_stat(d).unwrap().number);
        assert_eq!((above.name.as_str(), above.filetype), ("..", filetype::DIRECTORY));
        assert_eq!(above.number, guest.fd_stat(3).unwrap().number);
        assert_eq!(guest.list(1, 0, 256), Err(errno::NOTDIR));
    }

    listing_from_a_cookie {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "");
        guest.make_directory(3, "d").unwrap();
        guest.symlink("d", 3, "link").unwrap();
        let (entries, _) = guest.list(3, 0, 256).unwrap();
        let types: Vec<_> = entries.iter().map(|entry| entry.filetype).collect();
        assert_eq!(types, [3, 3, 4, 3, 7]);
        for (index, entry) in entries.iter().enumerate() {
            let (rest, complete) = guest.list(3, entry.cookie, 256).unwrap();
            assert!(complete);
            assert_eq!(rest, entries[index + 1..]);
        }
        // A buffer that is too small for a name holds its beginning.
        let (rest, complete) = guest.list(3, entries[1].cookie, 25).unwrap();
        assert_eq!((rest, complete), (Vec::new(), false));
        assert_eq!(guest.list(3, 0, 0), Ok((Vec::new(), false)));
    }

    /// Cookies stay valid while a program removes what it lists, and makes more.
    listing_while_the_directory_changes {
        let mut guest = Guest::in_a_directory();
        for index in 0..300 {
            guest.file(3, &format!("file.{index}"), "");
        }
        let (mut cookie, mut seen) = (0, 0);
        loop {
            let (entries, complete) = guest.list(3, cookie, 256).unwrap();
            for entry in &entries {
                if entry.name.starts_with("file") {
                    guest.unlink(3, &entry.name).unwrap();
                    guest.file(3, &format!("new.{seen}"), "");
                    seen += 1;
                }
                assert!(!entry.name.starts_with("new"), "{entry:?}");
            }
            if complete {
                break;
            }
            cookie = entries.last().unwrap().cookie;
        }
        assert_eq!(seen, 300);
        assert_eq!(guest.names(3).len(), 300);
    }

    /// C libraries take for a terminal what is a character device without positions.
    files_are_no_terminals {
        let mut guest = Guest::new();
        let file = guest.create(3, "tmp/file").unwrap();
        assert_eq!(guest.fdstat(file).unwrap().filetype, filetype::REGULAR_FILE);
        for stream in 0..3 {
            assert_ne!(guest.fdstat(stream).unwrap().filetype, filetype::CHARACTER_DEVICE);
        }
    }

    no_descriptor_is_a_socket {
        let mut guest = Guest::new();
        for fd in 0..4 {
            assert_eq!(guest.shutdown(fd), Err(57));
        }
        assert_eq!(guest.shutdown(4), Err(errno::BADF));
    }

    much_randomness {
        let mut guest = Guest::new();
        let bytes = guest.random(1_000_000).unwrap();
        assert_eq!(bytes[..3], [1, 2, 3]);
        assert!(bytes.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)));
    }
}
