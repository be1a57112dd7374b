//! Paths: opening, making, renaming and removing.

use crate::cases;
use crate::guest::{
    APPEND, CREATE, DIRECTORY, EXCLUSIVE, Guest, Open, TRUNCATE, errno, filetype, rights,
};

/// Nothing is asked for.
const PLAIN: Open = Open {
    follow: false,
    oflags: 0,
    rights: 0,
    inheriting: 0,
    flags: 0,
};

cases! {
    interesting_paths {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "dir").unwrap();
        guest.make_directory(3, "dir/nested").unwrap();
        guest.file(3, "dir/nested/file", "x");
        let mut open = |path: &str| {
            let opened = guest.open(3, path, PLAIN);
            opened.and_then(|fd| guest.close(fd))
        };
        assert_eq!(open("dir/.//nested/../../dir/nested/../nested///./file"), Ok(()));
        assert_eq!(open("dir/nested/"), Ok(()));
        assert_eq!(open("dir/nested///"), Ok(()));
        assert_eq!(open("."), Ok(()));
        assert_eq!(open("dir/.."), Ok(()));
        assert_eq!(open("/dir/nested/file"), Err(errno::PERM));
        assert_eq!(open("dir/nested/file\0"), Err(errno::INVAL));
        assert_eq!(open("dir/nested/file/"), Err(errno::NOTDIR));
        assert_eq!(open("dir/nested/file///"), Err(errno::NOTDIR));
        assert_eq!(open("dir/nested/file/."), Err(errno::NOTDIR));
        assert_eq!(open("dir/nested/file/.."), Err(errno::NOTDIR));
        assert_eq!(open("dir/nested/../../../here/dir"), Err(errno::PERM));
        assert_eq!(open(".."), Err(errno::PERM));
        assert_eq!(open(""), Err(errno::NOENT));
        assert_eq!(open("missing/.."), Err(errno::NOENT));
        assert_eq!(open(&"x".repeat(255)), Err(errno::NOENT));
        assert_eq!(open(&"x".repeat(256)), Err(errno::NAMETOOLONG));
        assert_eq!(open(&"./".repeat(2_048)), Ok(()));
        assert_eq!(open(&"./".repeat(2_049)), Err(errno::NAMETOOLONG));
    }

    ways_of_opening {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        guest.file(3, "f", "text");
        let mut open = |path: &str, oflags: u32, rights: u64| {
            let opened = guest.open(3, path, Open { oflags, rights, ..PLAIN });
            opened.and_then(|fd| guest.close(fd))
        };
        let read = rights::READ;
        assert_eq!(open("missing", 0, read), Err(errno::NOENT));
        assert_eq!(open("missing", TRUNCATE, read), Err(errno::NOENT));
        assert_eq!(open("missing", CREATE | DIRECTORY, read), Err(errno::INVAL));
        assert_eq!(open("missing/", CREATE, read), Err(errno::ISDIR));
        assert_eq!(open("missing/f", CREATE, read), Err(errno::NOENT));
        assert_eq!(open("f", CREATE | EXCLUSIVE, read), Err(errno::EXIST));
        assert_eq!(open("d", CREATE | EXCLUSIVE, read), Err(errno::EXIST));
        assert_eq!(open("f", EXCLUSIVE, read), Ok(()));
        assert_eq!(open("f", DIRECTORY, read), Err(errno::NOTDIR));
        assert_eq!(open("f/x", CREATE, read), Err(errno::NOTDIR));
        assert_eq!(open("d", CREATE, read), Err(errno::ISDIR));
        assert_eq!(open("d", TRUNCATE, read), Err(errno::ISDIR));
        assert_eq!(open("d", DIRECTORY | CREATE, read), Ok(()));
        assert_eq!(open("d", DIRECTORY, read), Ok(()));
        assert_eq!(open("d", DIRECTORY, read | rights::FD_WRITE), Err(errno::ISDIR));
        assert_eq!(open("d", 0, rights::FD_WRITE), Err(errno::ISDIR));
        assert_eq!(open("f", 16, read), Err(errno::INVAL));
        assert_eq!(open("new", CREATE | EXCLUSIVE, read), Ok(()));
        assert_eq!(guest.content(3, "f"), Ok("text".to_owned()));
        assert_eq!(guest.open(3, "f", Open { flags: 32, ..PLAIN }), Err(errno::INVAL));
        assert!(guest.open(3, ".", Open { flags: 4, ..PLAIN }).is_ok());
        let emptied = guest.open(3, "f", Open { oflags: TRUNCATE, ..Open::default() }).unwrap();
        assert_eq!(guest.read(emptied, 9), Ok(String::new()));
    }

    what_is_no_directory_has_nothing_below {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        assert_eq!(guest.open(file, "x", PLAIN), Err(errno::NOTDIR));
        assert_eq!(guest.open(0, "x", PLAIN), Err(errno::NOTDIR));
        assert_eq!(guest.open(77, "x", PLAIN), Err(errno::BADF));
        assert_eq!(guest.make_directory(file, "x"), Err(errno::NOTDIR));
        assert_eq!(guest.stat(file, true, "."), Err(errno::NOTDIR));
        assert_eq!(guest.symlink("y", file, "x"), Err(errno::NOTDIR));
        assert_eq!(guest.read_link(file, "x", 9), Err(errno::NOTDIR));
        assert_eq!(guest.rename((file, "x"), (3, "y")), Err(errno::NOTDIR));
    }

    renaming_directories {
        let mut guest = Guest::in_a_directory();
        for directory in ["source", "empty", "full", "full/d"] {
            guest.make_directory(3, directory).unwrap();
        }
        guest.file(3, "file", "");
        let mut rename = |from, to| guest.rename((3, from), (3, to));
        assert_eq!(rename("source", "full"), Err(errno::NOTEMPTY));
        assert_eq!(rename("source", "file"), Err(errno::NOTDIR));
        assert_eq!(rename("file", "empty"), Err(errno::ISDIR));
        assert_eq!(rename("file", "empty/"), Err(errno::NOTDIR));
        assert_eq!(rename("source", "source/inside"), Err(errno::INVAL));
        assert_eq!(rename("full", "full/d/inside"), Err(errno::INVAL));
        assert_eq!(rename("full/d", "full"), Err(errno::NOTEMPTY));
        assert_eq!(rename(".", "x"), Err(errno::BUSY));
        assert_eq!(rename("source", "full/d/.."), Err(errno::BUSY));
        assert_eq!(rename("missing", "x"), Err(errno::NOENT));
        assert_eq!(rename("source", "empty"), Ok(()));
        assert_eq!(rename("source", "empty"), Err(errno::NOENT));
        // Slashes after the name are fine, for a directory.
        assert_eq!(rename("empty/", "one"), Ok(()));
        assert_eq!(rename("one", "two/"), Ok(()));
        assert_eq!(rename("two///", "three///"), Ok(()));
        assert_eq!(rename("three", "three"), Ok(()));
        assert_eq!(rename("file/", "x"), Err(errno::NOTDIR));
        // What is renamed keeps its place in listings.
        assert_eq!(guest.names(3), ["three", "full", "file"]);
    }

    renaming_files {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "source", "new");
        guest.file(3, "target", "old");
        let old = guest.create(3, "target").unwrap();
        guest.rename((3, "source"), (3, "target")).unwrap();
        assert_eq!(guest.open(3, "source", PLAIN), Err(errno::NOENT));
        assert_eq!(guest.content(3, "target"), Ok("new".to_owned()));
        // Who had the old one open still has it.
        assert_eq!(guest.read(old, 9), Ok("old".to_owned()));
        assert_eq!(guest.fd_stat(old).unwrap().links, 0);
        // Two names of one file both stay.
        guest.link((3, false, "target"), (3, "link")).unwrap();
        guest.rename((3, "target"), (3, "link")).unwrap();
        assert_eq!(guest.names(3), ["target", "link"]);
        // A symbolic link is replaced, not followed.
        guest.symlink("target", 3, "symlink").unwrap();
        guest.rename((3, "link"), (3, "symlink")).unwrap();
        assert_eq!(guest.stat(3, false, "symlink").unwrap().filetype, filetype::REGULAR_FILE);
    }

    renaming_between_directories {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "a").unwrap();
        guest.make_directory(3, "b").unwrap();
        let (a, b) = (guest.directory(3, "a").unwrap(), guest.directory(3, "b").unwrap());
        guest.file(a, "f", "x");
        guest.rename((a, "f"), (b, "g")).unwrap();
        assert_eq!(guest.names(a), [""; 0]);
        assert_eq!(guest.content(b, "g"), Ok("x".to_owned()));
        guest.make_directory(a, "d").unwrap();
        guest.rename((a, "d"), (b, "d")).unwrap();
        // Its parent is the new one.
        assert_eq!(guest.stat(3, true, "b/d/..").unwrap(), guest.fd_stat(b).unwrap());
        assert_eq!(guest.rename((b, "../a"), (b, "x")), Err(errno::PERM));
    }

    removing {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "dir").unwrap();
        guest.make_directory(3, "dir/nested").unwrap();
        guest.file(3, "file", "");
        assert_eq!(guest.remove_directory(3, "dir"), Err(errno::NOTEMPTY));
        assert_eq!(guest.remove_directory(3, "dir/nested/.."), Err(errno::NOTEMPTY));
        assert_eq!(guest.remove_directory(3, "dir/nested/."), Err(errno::INVAL));
        assert_eq!(guest.remove_directory(3, "file"), Err(errno::NOTDIR));
        assert_eq!(guest.remove_directory(3, "file/"), Err(errno::NOTDIR));
        assert_eq!(guest.remove_directory(3, "missing"), Err(errno::NOENT));
        assert_eq!(guest.unlink(3, "dir"), Err(errno::ISDIR));
        assert_eq!(guest.unlink(3, "dir/"), Err(errno::ISDIR));
        assert_eq!(guest.unlink(3, "."), Err(errno::ISDIR));
        assert_eq!(guest.unlink(3, "file/"), Err(errno::NOTDIR));
        assert_eq!(guest.unlink(3, "missing"), Err(errno::NOENT));
        assert_eq!(guest.remove_directory(3, "dir/nested/"), Ok(()));
        assert_eq!(guest.remove_directory(3, "dir"), Ok(()));
        assert_eq!(guest.unlink(3, "file"), Ok(()));
        assert_eq!(guest.names(3), [""; 0]);
    }

    /// What is open lives on without a name, and its name is free.
    open_files_and_directories_can_be_removed {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        guest.unlink(3, "file").unwrap();
        guest.file(3, "file", "another");
        guest.write(file, "still").unwrap();
        assert_eq!(guest.pread(file, 0, 9), Ok("still".to_owned()));
        assert_eq!(guest.fd_stat(file).unwrap().links, 0);

        guest.make_directory(3, "dir").unwrap();
        let dir = guest.directory(3, "dir").unwrap();
        guest.remove_directory(3, "dir").unwrap();
        guest.make_directory(3, "dir").unwrap();
        assert_eq!(guest.names(dir), [""; 0]);
        assert_eq!(guest.create(dir, "x"), Err(errno::NOENT));
        assert_eq!(guest.make_directory(dir, "x"), Err(errno::NOENT));
        assert_eq!(guest.fd_stat(dir).unwrap().links, 0);
    }

    appending {
        let mut guest = Guest::in_a_directory();
        let how = Open { oflags: CREATE, flags: APPEND, ..Open::default() };
        let file = guest.open(3, "file", how).unwrap();
        assert_eq!(guest.fdstat(file).unwrap().flags, 1);
        guest.write(file, "one").unwrap();
        guest.seek(file, 0, 0).unwrap();
        guest.write(file, "two").unwrap();
        assert_eq!(guest.tell(file), Ok(6));
        // Positioned writes go where they are told, and leave the position.
        assert_eq!(guest.pwrite(file, 1, "NE"), Ok(2));
        assert_eq!(guest.tell(file), Ok(6));
        guest.set_flags(file, 0).unwrap();
        guest.seek(file, 0, 0).unwrap();
        guest.write(file, "O").unwrap();
        assert_eq!(guest.pread(file, 0, 9), Ok("ONEtwo".to_owned()));
        // All five flags are kept, unknown ones are not taken.
        guest.set_flags(file, 31).unwrap();
        assert_eq!(guest.fdstat(file).unwrap().flags, 31);
        assert_eq!(guest.set_flags(file, 32), Err(errno::INVAL));
        assert_eq!(guest.set_flags(3, 0), Err(errno::BADF));
        assert_eq!(guest.set_flags(1, 4), Ok(()));
    }

    what_one_descriptor_writes_another_reads {
        let mut guest = Guest::in_a_directory();
        let rights = rights::FD_READ;
        let reader = guest.open(3, "f", Open { oflags: CREATE, rights, ..PLAIN }).unwrap();
        let rights = rights::FD_WRITE;
        let writer = guest.open(3, "f", Open { rights, ..PLAIN }).unwrap();
        guest.write(writer, "x").unwrap();
        assert_eq!(guest.read(reader, 1), Ok("x".to_owned()));
        assert_eq!(guest.read(reader, 1), Ok(String::new()));
    }
}
