//! Hard and symbolic links.

use crate::cases;
use crate::guest::{CREATE, DIRECTORY, EXCLUSIVE, Guest, Open, errno, filetype, rights};

const KEEP: Open = Open {
    follow: false,
    oflags: 0,
    rights: 0,
    inheriting: 0,
    flags: 0,
};

const FOLLOW: Open = Open {
    follow: true,
    ..KEEP
};

cases! {
    a_file_under_two_names {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "one");
        guest.make_directory(3, "d").unwrap();
        guest.link((3, false, "file"), (3, "d/link")).unwrap();
        let (file, link) = (guest.stat(3, false, "file"), guest.stat(3, false, "d/link"));
        assert_eq!(file, link);
        assert_eq!(file.unwrap().links, 2);
        let opened = guest.create(3, "d/link").unwrap();
        guest.write(opened, "two").unwrap();
        assert_eq!(guest.content(3, "file"), Ok("two".to_owned()));
        guest.unlink(3, "file").unwrap();
        assert_eq!(guest.content(3, "d/link"), Ok("two".to_owned()));
        assert_eq!(guest.fd_stat(opened).unwrap().links, 1);
    }

    /// Descriptors opened by either name are alike, as far as a program can see.
    links_have_the_same_status {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "x");
        guest.make_directory(3, "d").unwrap();
        let directory = guest.directory(3, "d").unwrap();
        guest.link((3, false, "file"), (directory, "link")).unwrap();
        let how = Open { rights: rights::READ, inheriting: rights::READ, ..FOLLOW };
        let (one, other) = (guest.open(3, "file", how).unwrap(),
            guest.open(directory, "link", how).unwrap());
        assert_eq!(guest.fd_stat(one), guest.fd_stat(other));
        assert_eq!(guest.fdstat(one), guest.fdstat(other));
    }

    what_cannot_be_linked {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "");
        guest.make_directory(3, "d").unwrap();
        guest.symlink("nowhere", 3, "dangling").unwrap();
        let mut link = |from, to| guest.link((3, false, from), (3, to));
        assert_eq!(link("file", "file"), Err(errno::EXIST));
        assert_eq!(link("file", "d"), Err(errno::EXIST));
        assert_eq!(link("file", "d/"), Err(errno::EXIST));
        assert_eq!(link("file", "dangling"), Err(errno::EXIST));
        assert_eq!(link("file", "new/"), Err(errno::NOENT));
        assert_eq!(link("file", "no/new"), Err(errno::NOENT));
        assert_eq!(link("file/", "new"), Err(errno::NOTDIR));
        assert_eq!(link("d", "new"), Err(errno::PERM));
        assert_eq!(link("missing", "new"), Err(errno::NOENT));
        assert_eq!(link("file", "../new"), Err(errno::PERM));
        assert_eq!(guest.link((7, false, "file"), (3, "new")), Err(errno::BADF));
        assert_eq!(guest.link((3, false, "file"), (7, "new")), Err(errno::BADF));
    }

    /// Without following, a link of a symbolic link is one, too, wherever that points.
    links_of_links {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "x");
        guest.symlink("file", 3, "symlink").unwrap();
        guest.symlink("nowhere", 3, "dangling").unwrap();
        guest.symlink("round", 3, "round").unwrap();
        for (from, to) in [("symlink", "a"), ("dangling", "b"), ("round", "c")] {
            guest.link((3, false, from), (3, to)).unwrap();
            assert_eq!(guest.stat(3, false, to).unwrap().filetype, filetype::SYMBOLIC_LINK);
        }
        guest.link((3, true, "symlink"), (3, "d")).unwrap();
        assert_eq!(guest.stat(3, false, "d"), guest.stat(3, false, "file"));
        assert_eq!(guest.link((3, true, "dangling"), (3, "e")), Err(errno::NOENT));
        assert_eq!(guest.link((3, true, "round"), (3, "e")), Err(errno::LOOP));
    }

    symbolic_links_are_followed_where_asked {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        guest.file(3, "d/file", "x");
        guest.symlink("d/file", 3, "to-file").unwrap();
        guest.symlink("d", 3, "to-d").unwrap();
        let mut kind = |follow, path| guest.stat(3, follow, path).map(|stat| stat.filetype);
        assert_eq!(kind(false, "to-file"), Ok(filetype::SYMBOLIC_LINK));
        assert_eq!(kind(true, "to-file"), Ok(filetype::REGULAR_FILE));
        assert_eq!(kind(false, "to-d"), Ok(filetype::SYMBOLIC_LINK));
        assert_eq!(kind(true, "to-d"), Ok(filetype::DIRECTORY));
        // A slash says that the directory is meant; in the middle they are followed anyway.
        assert_eq!(kind(false, "to-d/"), Ok(filetype::DIRECTORY));
        assert_eq!(kind(false, "to-d/file"), Ok(filetype::REGULAR_FILE));
        assert_eq!(kind(false, "to-file/"), Err(errno::NOTDIR));
        assert_eq!(kind(true, "to-file/x"), Err(errno::NOTDIR));
        assert_eq!(guest.content(3, "to-d/file"), Ok("x".to_owned()));
        assert_eq!(guest.stat(3, false, "to-file").unwrap().size, 6);
    }

    opening_symbolic_links {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        guest.file(3, "file", "");
        for (target, link) in [("d", "to-d"), ("file", "to-file"), ("nowhere", "dangling")] {
            guest.symlink(target, 3, link).unwrap();
            let directory = Open { oflags: DIRECTORY, ..KEEP };
            assert_eq!(guest.open(3, link, KEEP), Err(errno::LOOP));
            assert_eq!(guest.open(3, link, directory), Err(errno::NOTDIR));
            let new = Open { oflags: CREATE | EXCLUSIVE, ..FOLLOW };
            assert_eq!(guest.open(3, link, new), Err(errno::EXIST));
        }
        let directory = Open { oflags: DIRECTORY, ..FOLLOW };
        assert!(guest.open(3, "to-d", directory).is_ok());
        assert_eq!(guest.open(3, "to-file", directory), Err(errno::NOTDIR));
        assert!(guest.open(3, "to-file", FOLLOW).is_ok());
        assert_eq!(guest.open(3, "dangling", FOLLOW), Err(errno::NOENT));
        assert!(guest.create(3, "dangling").is_ok());
        assert_eq!(guest.stat(3, false, "nowhere").unwrap().filetype, filetype::REGULAR_FILE);
    }

    loops_end {
        let mut guest = Guest::in_a_directory();
        guest.symlink("self", 3, "self").unwrap();
        guest.symlink("pong/x", 3, "ping").unwrap();
        guest.symlink("ping", 3, "pong").unwrap();
        assert_eq!(guest.open(3, "self", KEEP), Err(errno::LOOP));
        assert_eq!(guest.open(3, "self", FOLLOW), Err(errno::LOOP));
        assert_eq!(guest.open(3, "ping", FOLLOW), Err(errno::LOOP));
        assert_eq!(guest.open(3, "self/x", KEEP), Err(errno::LOOP));
        assert_eq!(guest.stat(3, true, "pong"), Err(errno::LOOP));
        assert_eq!(guest.stat(3, false, "pong").unwrap().filetype, filetype::SYMBOLIC_LINK);
        assert_eq!(guest.unlink(3, "self"), Ok(()));
    }

    reading_links {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "");
        guest.symlink("target", 3, "symlink").unwrap();
        assert_eq!(guest.read_link(3, "symlink", 10), Ok("target".to_owned()));
        assert_eq!(guest.read_link(3, "symlink", 6), Ok("target".to_owned()));
        assert_eq!(guest.read_link(3, "symlink", 4), Ok("targ".to_owned()));
        assert_eq!(guest.read_link(3, "symlink", 0), Ok(String::new()));
        assert_eq!(guest.read_link(3, "file", 10), Err(errno::INVAL));
        assert_eq!(guest.read_link(3, ".", 10), Err(errno::INVAL));
        assert_eq!(guest.read_link(3, "missing", 10), Err(errno::NOENT));
        assert_eq!(guest.read_link(3, "symlink/", 10), Err(errno::NOENT));
    }

    names_that_links_cannot_have {
        let mut guest = Guest::in_a_directory();
        assert_eq!(guest.symlink("source", 3, "target/"), Err(errno::NOENT));
        guest.make_directory(3, "d").unwrap();
        assert_eq!(guest.symlink("source", 3, "d"), Err(errno::EXIST));
        assert_eq!(guest.symlink("source", 3, "d/"), Err(errno::EXIST));
        guest.file(3, "file", "");
        assert_eq!(guest.symlink("source", 3, "file"), Err(errno::EXIST));
        assert_eq!(guest.symlink("source", 3, "file/"), Err(errno::NOTDIR));
        assert_eq!(guest.symlink("", 3, "link"), Err(errno::NOENT));
        assert_eq!(guest.symlink("nul\0", 3, "link"), Err(errno::INVAL));
        assert_eq!(guest.symlink(&"x".repeat(4_097), 3, "link"), Err(errno::NAMETOOLONG));
        // A link to an absolute path would lead out of any directory but one.
        assert_eq!(guest.symlink("/", 3, "link"), Err(errno::PERM));
    }

    links_lead_out_of_nothing {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        guest.symlink("../..", 3, "d/above").unwrap();
        guest.symlink("..", 3, "d/top").unwrap();
        assert_eq!(guest.open(3, "d/above", FOLLOW), Err(errno::PERM));
        assert_eq!(guest.open(3, "d/above/x", KEEP), Err(errno::PERM));
        assert_eq!(guest.stat(3, true, "d/top").unwrap(), guest.fd_stat(3).unwrap());
        let directory = guest.directory(3, "d").unwrap();
        assert_eq!(guest.open(directory, "top", FOLLOW), Err(errno::PERM));
        // Where a link lies says what `..` in it means.
        guest.symlink("d/top", 3, "round").unwrap();
        assert_eq!(guest.stat(3, true, "round/d").unwrap(), guest.fd_stat(directory).unwrap());
    }

    symbolic_links_are_removed_and_renamed_themselves {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        guest.symlink("d", 3, "link").unwrap();
        assert_eq!(guest.remove_directory(3, "link"), Err(errno::NOTDIR));
        assert_eq!(guest.remove_directory(3, "link/"), Err(errno::NOTDIR));
        assert_eq!(guest.unlink(3, "link/"), Err(errno::NOTDIR));
        assert_eq!(guest.make_directory(3, "link"), Err(errno::EXIST));
        guest.rename((3, "link"), (3, "moved")).unwrap();
        assert_eq!(guest.read_link(3, "moved", 10), Ok("d".to_owned()));
        assert_eq!(guest.rename((3, "moved/"), (3, "again")), Err(errno::NOTDIR));
        guest.unlink(3, "moved").unwrap();
        assert_eq!(guest.names(3), ["d"]);
    }

    links_are_told_to_the_host {
        let mut guest = Guest::new();
        guest.file(3, "tmp/f", "x");
        guest.symlink("f", 3, "tmp/s").unwrap();
        guest.link((3, false, "tmp/f"), (3, "tmp/h")).unwrap();
        guest.unlink(3, "tmp/f").unwrap();
        let changes = ["make f", "write f 0 x", "make s -> f", "link f h", "remove f"];
        assert_eq!(guest.bench.changes(), changes);
    }
}
