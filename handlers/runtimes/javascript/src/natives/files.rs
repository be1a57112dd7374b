//! The file system; errors as Node words them.

use super::bytes::Bytes;
use rquickjs::function::IntoJsFunc;
use rquickjs::prelude::Func;
use rquickjs::{Ctx, Error, Exception, Object, Result};
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) fn add(native: &Object<'_>) -> Result<()> {
    native.set("fileKind", Func::from(|path: String| file_kind(&path)))?;
    call(native, "readFile", |ctx, path: String| {
        read(&ctx, &path).map(Bytes)
    })?;
    call(native, "readText", |ctx, path: String| {
        read(&ctx, &path).map(super::text::lossy)
    })?;
    native.set(
        "writeText",
        Func::from(|ctx: Ctx<'_>, path: String, text: String, flag: String| {
            write(&ctx, &path, text.as_bytes(), &flag)
        }),
    )?;
    native.set(
        "writeFile",
        Func::from(|ctx: Ctx<'_>, path: String, bytes: Bytes, flag: String| {
            write(&ctx, &path, &bytes.0, &flag)
        }),
    )?;
    call(native, "readFolder", |ctx, path: String| list(&ctx, &path))?;
    call(native, "realPath", |ctx, path: String| {
        let real = named(&ctx, fs::canonicalize(&path), "realpath", &path)?;
        Ok(real.to_string_lossy().into_owned())
    })?;
    call(native, "readLink", |ctx, path: String| {
        let target = named(&ctx, fs::read_link(&path), "readlink", &path)?;
        Ok(target.to_string_lossy().into_owned())
    })?;
    call(native, "makeFolder", |ctx, path: String| {
        named(&ctx, fs::create_dir(&path), "mkdir", &path)
    })?;
    call(native, "makeFolders", |ctx, path: String| {
        named(&ctx, fs::create_dir_all(&path), "mkdir", &path)
    })?;
    call(native, "removeFile", |ctx, path: String| {
        named(&ctx, fs::remove_file(&path), "unlink", &path)
    })?;
    call(native, "removeFolder", |ctx, path: String| {
        named(&ctx, fs::remove_dir(&path), "rmdir", &path)
    })?;
    call(native, "removeTree", |ctx, path: String| {
        named(&ctx, fs::remove_dir_all(&path), "rm", &path)
    })?;
    native.set(
        "rename",
        Func::from(|ctx: Ctx<'_>, from: String, to: String| {
            named(&ctx, fs::rename(&from, &to), "rename", &from)
        }),
    )?;
    native.set(
        "copyFile",
        Func::from(|ctx: Ctx<'_>, from: String, to: String| {
            named(&ctx, fs::copy(&from, &to).map(drop), "copyfile", &from)
        }),
    )?;
    native.set(
        "truncate",
        Func::from(|ctx: Ctx<'_>, path: String, length: f64| {
            let file = named(
                &ctx,
                OpenOptions::new().write(true).open(&path),
                "open",
                &path,
            )?;
            named(&ctx, file.set_len(length as u64), "ftruncate", &path)
        }),
    )?;
    native.set(
        "stat",
        Func::from(|ctx: Ctx<'_>, path: String, follow: bool| {
            let (metadata, call) = if follow {
                (fs::metadata(&path), "stat")
            } else {
                (fs::symlink_metadata(&path), "lstat")
            };
            Ok::<_, Error>(facts(&named(&ctx, metadata, call, &path)?))
        }),
    )
}

/// A function of one path.
fn call<'js, R, F>(native: &Object<'js>, name: &str, function: F) -> Result<()>
where
    F: Fn(Ctx<'js>, String) -> Result<R> + 'js,
    Func<F, (Ctx<'js>, String)>: rquickjs::IntoJs<'js>,
    F: IntoJsFunc<'js, (Ctx<'js>, String)>,
{
    native.set(name, Func::from(function))
}

/// 0 for nothing, 1 for a file, 2 for a folder: what module resolution asks all the time.
fn file_kind(path: &str) -> u8 {
    match fs::metadata(path) {
        Err(_) => 0,
        Ok(metadata) if metadata.is_dir() => 2,
        Ok(_) => 1,
    }
}

fn read(ctx: &Ctx<'_>, path: &str) -> Result<Vec<u8>> {
    if file_kind(path) == 2 {
        // Node can open a folder, and fails when it reads.
        return Err(thrown(
            ctx,
            Known::IsFolder,
            "EISDIR: illegal operation on a directory, read",
            "read",
            None,
        ));
    }
    named(ctx, fs::read(path), "open", path)
}

fn write(ctx: &Ctx<'_>, path: &str, bytes: &[u8], flag: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    match flag {
        "a" | "a+" => options.append(true).create(true),
        "wx" | "xw" => options.write(true).create_new(true),
        "r+" => options.write(true),
        _ => options.write(true).create(true).truncate(true),
    };
    let mut file = named(ctx, options.open(path), "open", path)?;
    named(ctx, file.write_all(bytes), "write", path)
}

/// Names and kinds (1 file, 2 folder, 3 link), one after the other, sorted by name as Node does.
fn list(ctx: &Ctx<'_>, path: &str) -> Result<Vec<String>> {
    let entries = named(ctx, fs::read_dir(path), "scandir", path)?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = named(ctx, entry, "scandir", path)?;
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_dir() => "2",
            Ok(kind) if kind.is_symlink() => "3",
            _ => "1",
        };
        names.push((entry.file_name().to_string_lossy().into_owned(), kind));
    }
    names.sort();
    Ok(names
        .into_iter()
        .flat_map(|(name, kind)| [name, kind.to_owned()])
        .collect())
}

/// Kind as in [`list`], size, and times in milliseconds since 1970: modified, accessed, created.
fn facts(metadata: &Metadata) -> Vec<f64> {
    let kind = if metadata.is_dir() {
        2.0
    } else if metadata.is_symlink() {
        3.0
    } else {
        1.0
    };
    let modified = millis(metadata.modified()).unwrap_or(0.0);
    vec![
        kind,
        metadata.len() as f64,
        modified,
        millis(metadata.accessed()).unwrap_or(modified),
        millis(metadata.created()).unwrap_or(modified),
    ]
}

fn millis(time: io::Result<SystemTime>) -> Option<f64> {
    let since = time.ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs_f64() * 1e3)
}

/// Failures that Node has a code for.
#[derive(Clone, Copy)]
enum Known {
    IsFolder,
    Kind(io::ErrorKind),
}

impl Known {
    /// Node's code, Linux's number, and libuv's words.
    fn words(self) -> (&'static str, i32, &'static str) {
        use io::ErrorKind;
        match self {
            Known::IsFolder | Known::Kind(ErrorKind::IsADirectory) => {
                ("EISDIR", 21, "illegal operation on a directory")
            }
            Known::Kind(ErrorKind::NotFound) => ("ENOENT", 2, "no such file or directory"),
            Known::Kind(ErrorKind::PermissionDenied) => ("EACCES", 13, "permission denied"),
            Known::Kind(ErrorKind::AlreadyExists) => ("EEXIST", 17, "file already exists"),
            Known::Kind(ErrorKind::NotADirectory) => ("ENOTDIR", 20, "not a directory"),
            Known::Kind(ErrorKind::DirectoryNotEmpty) => ("ENOTEMPTY", 39, "directory not empty"),
            Known::Kind(ErrorKind::ReadOnlyFilesystem) => ("EROFS", 30, "read-only file system"),
            Known::Kind(ErrorKind::StorageFull) => ("ENOSPC", 28, "no space left on device"),
            Known::Kind(ErrorKind::FileTooLarge) => ("EFBIG", 27, "file too large"),
            Known::Kind(ErrorKind::InvalidInput) => ("EINVAL", 22, "invalid argument"),
            Known::Kind(_) => ("EIO", 5, "i/o error"),
        }
    }
}

/// The result, or an error with `errno`, `code`, `syscall` and `path`.
fn named<T>(ctx: &Ctx<'_>, result: io::Result<T>, syscall: &str, path: &str) -> Result<T> {
    result.map_err(|error| {
        let known = Known::Kind(error.kind());
        let (code, _, words) = known.words();
        let message = format!("{code}: {words}, {syscall} '{path}'");
        thrown(ctx, known, &message, syscall, Some(path))
    })
}

fn thrown(ctx: &Ctx<'_>, known: Known, message: &str, syscall: &str, path: Option<&str>) -> Error {
    let (code, number, _) = known.words();
    let error = Exception::from_message(ctx.clone(), message).and_then(|exception| {
        let error = exception.into_object();
        error.set("errno", -number)?;
        error.set("code", code)?;
        error.set("syscall", syscall)?;
        if let Some(path) = path {
            error.set("path", path)?;
        }
        Ok(error)
    });
    match error {
        Ok(error) => ctx.throw(error.into_value()),
        Err(error) => error,
    }
}
