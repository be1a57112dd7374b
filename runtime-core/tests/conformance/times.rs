//! Sizes and times of files.

use crate::cases;
use crate::guest::{
    ACCESSED, ACCESSED_NOW, CREATE, Guest, MODIFIED, MODIFIED_NOW, Open, errno, rights,
};
use crate::harness::START_UNIX_NANOS;

cases! {
    new_files_are_made_now {
        let mut guest = Guest::in_a_directory();
        let before = guest.fd_stat(3).unwrap();
        guest.file(3, "file", "");
        let file = guest.stat(3, true, "file").unwrap();
        assert!(file.modified > START_UNIX_NANOS && file.modified > before.modified);
        assert_eq!((file.accessed, file.changed), (file.modified, file.modified));
        // The directory has changed, too.
        let after = guest.fd_stat(3).unwrap();
        assert_eq!((after.modified, after.changed), (file.modified, file.modified));
        assert_eq!(after.accessed, before.accessed);
    }

    what_changes_which_time {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        let mut last = guest.fd_stat(file).unwrap();
        let mut step = |guest: &mut Guest, modifies: bool, what: &str| {
            let now = guest.fd_stat(file).unwrap();
            assert_eq!(now.modified > last.modified, modifies, "{what}");
            assert!(now.changed > last.changed, "{what}");
            assert_eq!(now.accessed, last.accessed, "{what}");
            last = now;
        };
        guest.write(file, "text").unwrap();
        step(&mut guest, true, "write");
        guest.resize(file, 2).unwrap();
        step(&mut guest, true, "resize");
        guest.allocate(file, 0, 9).unwrap();
        step(&mut guest, true, "allocate");
        guest.rename((3, "file"), (3, "name")).unwrap();
        step(&mut guest, false, "rename");
        guest.link((3, false, "name"), (3, "other")).unwrap();
        step(&mut guest, false, "link");
        guest.unlink(3, "other").unwrap();
        step(&mut guest, false, "unlink");
        // Reading changes nothing, and neither does writing nothing.
        guest.pread(file, 0, 4).unwrap();
        guest.write(file, "").unwrap();
        guest.allocate(file, 0, 1).unwrap();
        assert_eq!(guest.fd_stat(file).unwrap(), last);
    }

    times_can_be_set {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        let made = guest.fd_stat(file).unwrap();
        guest.fd_set_times(file, 100, 200, MODIFIED).unwrap();
        let stat = guest.fd_stat(file).unwrap();
        assert_eq!((stat.accessed, stat.modified), (made.accessed, 200));
        assert!(stat.changed > made.changed);
        guest.fd_set_times(file, 100, 300, ACCESSED).unwrap();
        let stat = guest.fd_stat(file).unwrap();
        assert_eq!((stat.accessed, stat.modified), (100, 200));
        guest.set_times((3, true, "file"), (0, u64::MAX), ACCESSED_NOW | MODIFIED).unwrap();
        let stat = guest.fd_stat(file).unwrap();
        assert!(stat.accessed > made.accessed);
        assert_eq!(stat.modified, u64::MAX);
        guest.set_times((3, true, "file"), (7, 8), ACCESSED | MODIFIED_NOW).unwrap();
        let stat = guest.fd_stat(file).unwrap();
        assert_eq!(stat.accessed, 7);
        assert_eq!(stat.modified, stat.changed);
    }

    times_that_cannot_be_set {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        guest.set_times((3, true, "file"), (1, 2), ACCESSED | MODIFIED).unwrap();
        let before = guest.fd_stat(file).unwrap();
        for flags in [ACCESSED | ACCESSED_NOW, MODIFIED | MODIFIED_NOW, 15, 16, u32::MAX] {
            assert_eq!(guest.fd_set_times(file, 100, 200, flags), Err(errno::INVAL));
            let done = guest.set_times((3, true, "file"), (100, 200), flags);
            assert_eq!(done, Err(errno::INVAL));
        }
        assert_eq!(guest.set_times((3, true, "missing"), (1, 2), MODIFIED), Err(errno::NOENT));
        assert_eq!(guest.set_times((9, true, "file"), (1, 2), MODIFIED), Err(errno::BADF));
        assert_eq!(guest.fd_stat(file).unwrap(), before);
    }

    times_of_links_and_of_what_they_point_to {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "file", "");
        guest.symlink("file", 3, "link").unwrap();
        let file = guest.stat(3, false, "file").unwrap();
        guest.set_times((3, false, "link"), (0, 5), MODIFIED).unwrap();
        assert_eq!(guest.stat(3, false, "link").unwrap().modified, 5);
        assert_eq!(guest.stat(3, true, "link").unwrap(), file);
        guest.set_times((3, true, "link"), (0, 6), MODIFIED).unwrap();
        assert_eq!(guest.stat(3, false, "link").unwrap().modified, 5);
        assert_eq!(guest.stat(3, false, "file").unwrap().modified, 6);
    }

    times_are_told_to_the_host {
        let mut guest = Guest::new();
        guest.file(3, "tmp/f", "");
        guest.set_times((3, true, "tmp/f"), (1, 2), ACCESSED | MODIFIED).unwrap();
        assert_eq!(guest.bench.changes(), ["make f", "times f 1 2"]);
    }

    allocating {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        let mut allocate = |offset, len| {
            let done = guest.allocate(file, offset, len);
            done.map(|()| guest.fd_stat(file).unwrap().size)
        };
        assert_eq!(allocate(0, 100), Ok(100));
        assert_eq!(allocate(10, 10), Ok(100));
        assert_eq!(allocate(90, 20), Ok(110));
        assert_eq!(allocate(0, 0), Err(errno::INVAL));
        assert_eq!(allocate(u64::MAX, 1), Err(errno::FBIG));
        assert_eq!(allocate(i64::MAX as u64, 1), Err(errno::FBIG));
        assert_eq!(allocate(1 << 40, 1), Err(errno::NOSPC));
        assert_eq!(guest.allocate(3, 0, 1), Err(errno::BADF));
        assert_eq!(guest.allocate(1, 0, 1), Err(errno::SPIPE));
        assert_eq!(guest.allocate(99, 0, 1), Err(errno::BADF));
    }

    advising_changes_nothing {
        let mut guest = Guest::in_a_directory();
        let file = guest.create(3, "file").unwrap();
        guest.resize(file, 100).unwrap();
        let before = guest.fd_stat(file).unwrap();
        for advice in 0..6 {
            assert_eq!(guest.advise(file, 10, 50, advice), Ok(()));
        }
        assert_eq!(guest.advise(file, 10, 50, 6), Err(errno::INVAL));
        assert_eq!(guest.advise(file, u64::MAX, 50, 0), Err(errno::INVAL));
        assert_eq!(guest.advise(3, 0, 0, 0), Err(errno::BADF));
        assert_eq!(guest.advise(0, 0, 0, 0), Err(errno::SPIPE));
        assert_eq!(guest.fd_stat(file).unwrap(), before);
    }

    files_are_told_apart {
        let mut guest = Guest::in_a_directory();
        guest.file(3, "a", "");
        guest.file(3, "b", "");
        let (a, b) = (guest.stat(3, true, "a").unwrap(), guest.stat(3, true, "b").unwrap());
        assert_eq!(a.device, b.device);
        assert_ne!(a.number, b.number);
        let (entries, _) = guest.list(3, 0, 1_000).unwrap();
        let numbers: Vec<_> = entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers[2..], [a.number, b.number]);
        guest.rename((3, "a"), (3, "c")).unwrap();
        assert_eq!(guest.stat(3, true, "c").unwrap().number, a.number);
    }

    /// A file may be emptied by its path with a right of the directory's own.
    truncating_takes_a_right {
        let mut guest = Guest::in_a_directory();
        guest.make_directory(3, "d").unwrap();
        let d = guest.directory(3, "d").unwrap();
        guest.file(d, "file", "text");
        let truncate = Open { oflags: crate::guest::TRUNCATE, rights: 0, ..Open::default() };
        assert_eq!(guest.fdstat(d).unwrap().rights & rights::FD_FILESTAT_SET_SIZE, 0);
        let kept = rights::DIRECTORY | (rights::FILE & !rights::FD_FILESTAT_SET_SIZE);
        guest.set_rights(d, rights::DIRECTORY, kept).unwrap();
        assert!(guest.open(d, "file", truncate).is_ok());
        assert_eq!(guest.stat(d, true, "file").unwrap().size, 0);
        guest.set_rights(d, rights::DIRECTORY & !rights::PATH_FILESTAT_SET_SIZE, kept).unwrap();
        assert_eq!(guest.open(d, "file", truncate), Err(errno::NOTCAPABLE));
        let create = Open { oflags: CREATE, rights: rights::READ, ..Open::default() };
        assert!(guest.open(d, "file", create).is_ok());
    }
}
