//! The functions of preview1, call by call.

use super::{Answer, CREATE, DIRECTORY, Entry, FREE, FdStat, Guest, Open, Stat, number, rights};

impl Guest {
    pub(crate) fn open(&mut self, fd: u32, path: &str, how: Open) -> Answer<u32> {
        let Open {
            follow,
            oflags,
            rights,
            inheriting,
            flags,
        } = how;
        let opened = self.with_path("path_open", path, 4, |[path, len], result| {
            let before = [fd.into(), follow.into(), path, len, oflags.into()];
            [
                before.as_slice(),
                &[rights, inheriting, flags.into(), result],
            ]
            .concat()
        });
        Ok(number(&opened?) as u32)
    }

    /// Makes a file if there is none, and opens it for everything.
    pub(crate) fn create(&mut self, fd: u32, path: &str) -> Answer<u32> {
        let oflags = CREATE;
        self.open(
            fd,
            path,
            Open {
                oflags,
                ..Open::default()
            },
        )
    }

    /// Opens a directory with all rights.
    pub(crate) fn directory(&mut self, fd: u32, path: &str) -> Answer<u32> {
        let how = Open {
            oflags: DIRECTORY,
            rights: rights::DIRECTORY,
            inheriting: rights::DIRECTORY | rights::FILE,
            ..Open::default()
        };
        self.open(fd, path, how)
    }

    /// A file with this in it.
    pub(crate) fn file(&mut self, fd: u32, path: &str, content: &str) {
        let file = self.create(fd, path).unwrap();
        assert_eq!(self.write(file, content), Ok(content.len()));
        self.close(file).unwrap();
    }

    /// All that is in a file.
    pub(crate) fn content(&mut self, fd: u32, path: &str) -> Answer<String> {
        let rights = rights::READ;
        let file = self.open(
            fd,
            path,
            Open {
                rights,
                ..Open::default()
            },
        )?;
        let content = self.read(file, 4_096)?;
        self.close(file)?;
        Ok(content)
    }

    pub(crate) fn close(&mut self, fd: u32) -> Answer {
        self.call("fd_close", &[fd.into()], Vec::new()).map(drop)
    }

    pub(crate) fn renumber(&mut self, from: u32, to: u32) -> Answer {
        self.call("fd_renumber", &[from.into(), to.into()], Vec::new())
            .map(drop)
    }

    pub(crate) fn read(&mut self, fd: u32, len: usize) -> Answer<String> {
        self.read_by("fd_read", fd, None, len)
    }

    pub(crate) fn pread(&mut self, fd: u32, offset: u64, len: usize) -> Answer<String> {
        self.read_by("fd_pread", fd, Some(offset), len)
    }

    fn read_by(&mut self, name: &str, fd: u32, offset: Option<u64>, len: usize) -> Answer<String> {
        let memory = [slice(len), vec![0; 8 + len]].concat();
        let memory = self.call(name, &transfer(fd, offset), memory)?;
        let read = number(&memory[8..12]) as usize;
        Ok(String::from_utf8_lossy(&memory[16..16 + read]).into_owned())
    }

    pub(crate) fn write(&mut self, fd: u32, text: &str) -> Answer<usize> {
        self.write_by("fd_write", fd, None, text)
    }

    pub(crate) fn pwrite(&mut self, fd: u32, offset: u64, text: &str) -> Answer<usize> {
        self.write_by("fd_pwrite", fd, Some(offset), text)
    }

    fn write_by(&mut self, name: &str, fd: u32, offset: Option<u64>, text: &str) -> Answer<usize> {
        let memory = [slice(text.len()), vec![0; 8], text.into()].concat();
        let memory = self.call(name, &transfer(fd, offset), memory)?;
        Ok(number(&memory[8..12]) as usize)
    }

    pub(crate) fn seek(&mut self, fd: u32, offset: i64, whence: u64) -> Answer<u64> {
        let arguments = [fd.into(), offset as u64, whence, FREE.into()];
        Ok(number(&self.call("fd_seek", &arguments, vec![0; 8])?))
    }

    pub(crate) fn tell(&mut self, fd: u32) -> Answer<u64> {
        let arguments = [fd.into(), FREE.into()];
        Ok(number(&self.call("fd_tell", &arguments, vec![0; 8])?))
    }

    pub(crate) fn sync(&mut self, fd: u32) -> Answer {
        self.call("fd_sync", &[fd.into()], Vec::new()).map(drop)
    }

    pub(crate) fn advise(&mut self, fd: u32, offset: u64, len: u64, advice: u64) -> Answer {
        let arguments = [fd.into(), offset, len, advice];
        self.call("fd_advise", &arguments, Vec::new()).map(drop)
    }

    pub(crate) fn allocate(&mut self, fd: u32, offset: u64, len: u64) -> Answer {
        self.call("fd_allocate", &[fd.into(), offset, len], Vec::new())
            .map(drop)
    }

    pub(crate) fn resize(&mut self, fd: u32, size: u64) -> Answer {
        self.call("fd_filestat_set_size", &[fd.into(), size], Vec::new())
            .map(drop)
    }

    pub(crate) fn fdstat(&mut self, fd: u32) -> Answer<FdStat> {
        let arguments = [fd.into(), FREE.into()];
        let bytes = self.call("fd_fdstat_get", &arguments, vec![0; 24])?;
        Ok(FdStat {
            filetype: bytes[0],
            flags: number(&bytes[2..4]) as u16,
            rights: number(&bytes[8..16]),
            inheriting: number(&bytes[16..24]),
        })
    }

    pub(crate) fn set_flags(&mut self, fd: u32, flags: u32) -> Answer {
        let arguments = [fd.into(), flags.into()];
        self.call("fd_fdstat_set_flags", &arguments, Vec::new())
            .map(drop)
    }

    pub(crate) fn set_rights(&mut self, fd: u32, rights: u64, inheriting: u64) -> Answer {
        let arguments = [fd.into(), rights, inheriting];
        self.call("fd_fdstat_set_rights", &arguments, Vec::new())
            .map(drop)
    }

    pub(crate) fn fd_stat(&mut self, fd: u32) -> Answer<Stat> {
        let arguments = [fd.into(), FREE.into()];
        let bytes = self.call("fd_filestat_get", &arguments, vec![0; 64])?;
        Ok(stat(&bytes))
    }

    pub(crate) fn stat(&mut self, fd: u32, follow: bool, path: &str) -> Answer<Stat> {
        let bytes = self.with_path("path_filestat_get", path, 64, |[path, len], result| {
            vec![fd.into(), follow.into(), path, len, result]
        })?;
        Ok(stat(&bytes))
    }

    pub(crate) fn fd_set_times(
        &mut self,
        fd: u32,
        accessed: u64,
        modified: u64,
        flags: u32,
    ) -> Answer {
        let arguments = [fd.into(), accessed, modified, flags.into()];
        self.call("fd_filestat_set_times", &arguments, Vec::new())
            .map(drop)
    }

    pub(crate) fn set_times(
        &mut self,
        (fd, follow, path): (u32, bool, &str),
        (accessed, modified): (u64, u64),
        flags: u32,
    ) -> Answer {
        let done = self.with_path("path_filestat_set_times", path, 0, |[path, len], _| {
            let times = [accessed, modified, flags.into()];
            [[fd.into(), follow.into(), path, len].as_slice(), &times].concat()
        });
        done.map(drop)
    }

    /// `path_create_directory`, `path_remove_directory` or `path_unlink_file`.
    fn on_path(&mut self, name: &str, fd: u32, path: &str) -> Answer {
        let done = self.with_path(name, path, 0, |[path, len], _| vec![fd.into(), path, len]);
        done.map(drop)
    }

    pub(crate) fn make_directory(&mut self, fd: u32, path: &str) -> Answer {
        self.on_path("path_create_directory", fd, path)
    }

    pub(crate) fn remove_directory(&mut self, fd: u32, path: &str) -> Answer {
        self.on_path("path_remove_directory", fd, path)
    }

    pub(crate) fn unlink(&mut self, fd: u32, path: &str) -> Answer {
        self.on_path("path_unlink_file", fd, path)
    }

    pub(crate) fn rename(&mut self, from: (u32, &str), to: (u32, &str)) -> Answer {
        self.with_paths(
            "path_rename",
            (from.1, to.1),
            |[old, old_len], [new, len]| vec![from.0.into(), old, old_len, to.0.into(), new, len],
        )
    }

    pub(crate) fn link(&mut self, from: (u32, bool, &str), to: (u32, &str)) -> Answer {
        self.with_paths("path_link", (from.2, to.1), |[old, old_len], [new, len]| {
            let to = [to.0.into(), new, len];
            [[from.0.into(), from.1.into(), old, old_len].as_slice(), &to].concat()
        })
    }

    pub(crate) fn symlink(&mut self, target: &str, fd: u32, path: &str) -> Answer {
        self.with_paths(
            "path_symlink",
            (target, path),
            |[to, to_len], [path, len]| vec![to, to_len, fd.into(), path, len],
        )
    }

    /// What is read of the link into a buffer of this size.
    pub(crate) fn read_link(&mut self, fd: u32, path: &str, room: usize) -> Answer<String> {
        let bytes = self.with_path("path_readlink", path, 8 + room, |[path, len], result| {
            vec![fd.into(), path, len, result + 8, room as u64, result]
        })?;
        let used = number(&bytes[..4]) as usize;
        assert!(bytes[8 + used..].iter().all(|byte| *byte == 0));
        Ok(String::from_utf8_lossy(&bytes[8..8 + used]).into_owned())
    }

    /// The whole entries that fit into a buffer, and whether that was all.
    pub(crate) fn list(&mut self, fd: u32, cookie: u64, room: usize) -> Answer<(Vec<Entry>, bool)> {
        let arguments = [
            fd.into(),
            u64::from(FREE) + 8,
            room as u64,
            cookie,
            FREE.into(),
        ];
        let memory = self.call("fd_readdir", &arguments, vec![0; 8 + room])?;
        let used = number(&memory[..4]) as usize;
        let mut bytes = &memory[8..8 + used];
        let mut entries = Vec::new();
        while bytes.len() >= 24 {
            let len = number(&bytes[16..20]) as usize;
            let Some(name) = bytes.get(24..24 + len) else {
                break;
            };
            entries.push(Entry {
                cookie: number(&bytes[..8]),
                number: number(&bytes[8..16]),
                filetype: bytes[20],
                name: String::from_utf8(name.to_vec()).unwrap(),
            });
            bytes = &bytes[24 + len..];
        }
        Ok((entries, used < room))
    }

    /// The names in a directory, without the dots.
    pub(crate) fn names(&mut self, fd: u32) -> Vec<String> {
        let (entries, complete) = self.list(fd, 0, 60_000).unwrap();
        assert!(complete);
        let names = entries.into_iter().map(|entry| entry.name);
        names.filter(|name| name != "." && name != "..").collect()
    }

    /// The name of a preopened directory.
    pub(crate) fn preopened(&mut self, fd: u32) -> Answer<String> {
        let prestat = self.call("fd_prestat_get", &[fd.into(), FREE.into()], vec![0; 8])?;
        let len = number(&prestat[4..8]);
        let arguments = [fd.into(), FREE.into(), len];
        let name = self.call("fd_prestat_dir_name", &arguments, vec![0; len as usize])?;
        Ok(String::from_utf8(name).unwrap())
    }

    pub(crate) fn shutdown(&mut self, fd: u32) -> Answer {
        self.call("sock_shutdown", &[fd.into(), 0], Vec::new())
            .map(drop)
    }

    /// Random bytes.
    pub(crate) fn random(&mut self, len: usize) -> Answer<Vec<u8>> {
        self.call("random_get", &[FREE.into(), len as u64], vec![0; len])
    }
}

/// An iovec at [`FREE`] for what lies 16 bytes behind it.
fn slice(len: usize) -> Vec<u8> {
    let place = FREE + 16;
    [place.to_le_bytes(), (len as u32).to_le_bytes()].concat()
}

/// The arguments of reading and writing, with or without an offset.
fn transfer(fd: u32, offset: Option<u64>) -> Vec<u64> {
    let mut arguments = vec![fd.into(), FREE.into(), 1];
    arguments.extend(offset);
    arguments.push(u64::from(FREE) + 8);
    arguments
}

fn stat(bytes: &[u8]) -> Stat {
    let word = |at: usize| number(&bytes[at * 8..at * 8 + 8]);
    Stat {
        device: word(0),
        number: word(1),
        filetype: bytes[16],
        links: word(3),
        size: word(4),
        accessed: word(5),
        modified: word(6),
        changed: word(7),
    }
}
