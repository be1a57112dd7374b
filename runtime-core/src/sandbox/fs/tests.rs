//! The tree of an environment, volume by volume.

use super::model::entries;
use super::*;
use crate::sandbox::{FileContent, FileTime, FileTree, Preopens, SandboxSettings};
use crate::timeline::HandlerKind;
use crate::units::MemoryMb;

const NOW: FileTime = FileTime::from_unix_nanos(1_000);

const CREATE: OpenOptions = OpenOptions {
    create: true,
    directory: false,
    exclusive: false,
    truncate: false,
    write: true,
    follow: true,
};

const READ: OpenOptions = OpenOptions {
    create: false,
    write: false,
    ..CREATE
};

fn settings() -> SandboxSettings {
    SandboxSettings::new(HandlerKind::Command)
}

fn root(files: &Files) -> NodeId {
    files.preopens()[0].node
}

fn open(files: &mut Files, path: &str, options: OpenOptions) -> Result<NodeId, Errno> {
    let root = root(files);
    files
        .open(root, path, options, || NOW)
        .map(|(node, _)| node)
}

fn write(files: &mut Files, node: NodeId, offset: u64, bytes: &[u8]) -> Result<usize, Errno> {
    files.write(node, offset, bytes.len(), NOW, |place| {
        place.copy_from_slice(&bytes[..place.len()]);
        Ok(())
    })
}

fn file(bytes: &[u8]) -> FileContent {
    FileContent::File(bytes.to_vec().into())
}

#[test]
fn an_environment_has_its_folders() {
    let files = Files::new(&settings(), NOW);
    let paths: Vec<String> = entries(&files, root(&files))
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    let expected = [
        "dev",
        "dev/null",
        "dev/random",
        "dev/stderr",
        "dev/stdin",
        "dev/stdout",
        "dev/urandom",
        "opt",
        "run",
        "run/lambda",
        "run/lambda/error",
        "run/lambda/init",
        "run/lambda/init/error",
        "run/lambda/next",
        "run/lambda/response",
        "run/lambda/restore",
        "run/lambda/restore/error",
        "run/lambda/restore/next",
        "tmp",
        "var",
        "var/runtime",
        "var/task",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn packages_are_there_and_cannot_be_changed() {
    let mut settings = settings();
    settings.task.insert("lib/a.py", file(b"print()"));
    settings
        .task
        .insert("b.py", FileContent::Symlink("lib/a.py".to_owned()));
    let mut files = Files::new(&settings, NOW);
    let node = open(&mut files, "var/task/b.py", READ).unwrap();
    assert_eq!(files.bytes_from(node, 0), Ok(b"print()".as_slice()));
    // The bytes are those of the settings, not a copy.
    let given = settings.task.bytes("lib/a.py").unwrap();
    assert_eq!(files.bytes_from(node, 0).unwrap().as_ptr(), given.as_ptr());

    let top = root(&files);
    let (existing, new) = ("var/task/lib/a.py", "var/task/new");
    let rofs = Err(Errno::ROFS);
    assert_eq!(open(&mut files, existing, CREATE).map(drop), rofs);
    assert_eq!(open(&mut files, new, CREATE).map(drop), rofs);
    assert_eq!(files.make_directory(top, new, NOW), rofs);
    assert_eq!(files.make_directory(top, "new", NOW), rofs);
    assert_eq!(files.make_link("x", top, "run/new", NOW), rofs);
    assert_eq!(files.unlink(top, existing, NOW), rofs);
    assert_eq!(files.unlink(top, "dev/null", NOW), rofs);
    assert_eq!(files.remove_directory(top, "var/task/lib", NOW), rofs);
    assert_eq!(files.remove_directory(top, "tmp", NOW), rofs);
    assert_eq!(files.rename((top, existing), (top, new), NOW), rofs);
    assert_eq!(
        files.link((top, existing), Links::Keep, (top, new), NOW),
        rofs
    );
    assert_eq!(files.resize(node, 0, NOW), rofs);
    assert_eq!(write(&mut files, node, 0, b"x").map(drop), rofs);
    let keep = NewTime::Keep;
    assert_eq!(files.set_times(node, keep, keep, NOW), rofs);
    assert!(!files.has_changes());
}

#[test]
fn nothing_moves_from_one_volume_to_another() {
    let mut settings = settings();
    settings.opt.insert("layer", file(b"x"));
    let mut files = Files::new(&settings, NOW);
    let top = root(&files);
    open(&mut files, "tmp/f", CREATE).unwrap();
    let xdev = Err(Errno::XDEV);
    assert_eq!(files.rename((top, "opt/layer"), (top, "tmp/l"), NOW), xdev);
    assert_eq!(files.rename((top, "tmp/f"), (top, "opt/f"), NOW), xdev);
    let link = |files: &mut Files, from, to| files.link((top, from), Links::Keep, (top, to), NOW);
    assert_eq!(link(&mut files, "opt/layer", "tmp/l"), xdev);
    assert_eq!(link(&mut files, "tmp/f", "tmp/l"), Ok(()));
}

#[test]
fn paths_lead_through_volumes_and_back() {
    let mut settings = settings();
    settings.task.insert("d/f", file(b"x"));
    settings
        .task
        .insert("out", FileContent::Symlink("../../tmp/there".to_owned()));
    settings
        .task
        .insert("absolute", FileContent::Symlink("/tmp/there".to_owned()));
    let mut files = Files::new(&settings, NOW);
    let there = open(&mut files, "tmp/there", CREATE).unwrap();
    for path in [
        "var/task/d/../../../tmp/there",
        "var/task/out",
        "var/task/absolute",
    ] {
        assert_eq!(open(&mut files, path, READ), Ok(there), "{path}");
    }
    assert_eq!(
        open(&mut files, "var/task/../../..", READ),
        Err(Errno::PERM)
    );
    // A directory below `/` is all that a path from it can reach.
    let task = open(&mut files, "var/task", READ).unwrap();
    for path in ["out", "absolute", "..", "d/../.."] {
        let opened = files.open(task, path, READ, || NOW);
        assert_eq!(opened, Err(Errno::PERM), "{path}");
    }
}

#[test]
fn trees_with_odd_paths_are_taken_as_far_as_they_go() {
    let mut settings = settings();
    for path in [
        "",
        "/",
        "../x",
        "a/../b",
        "a//b",
        "./c",
        "nul\0",
        "ok/deep/f",
        "f",
        "f/below",
    ] {
        settings.task.insert(path, file(b"x"));
    }
    let files = Files::new(&settings, NOW);
    let task = files.find(root(&files), "var/task", Links::Follow).unwrap();
    let paths: Vec<String> = entries(&files, task).into_iter().map(|e| e.path).collect();
    assert_eq!(paths, ["a", "a/b", "f", "ok", "ok/deep", "ok/deep/f"]);
}

#[test]
fn directories_of_other_names_are_all_there_is() {
    let mut settings = settings();
    let mut tree = FileTree::default();
    tree.insert("f", file(b"x"));
    let directories = vec![
        ("one".to_owned(), tree),
        ("two".to_owned(), FileTree::default()),
    ];
    settings.preopens = Preopens::Directories(directories);
    let mut files = Files::new(&settings, NOW);
    let names: Vec<_> = files
        .preopens()
        .iter()
        .map(|p| p.name.to_string())
        .collect();
    assert_eq!(names, ["one", "two"]);
    let [one, two] = [0, 1].map(|at| files.preopens()[at].node);
    let (node, _) = files.open(one, "f", CREATE, || NOW).unwrap();
    assert_eq!(write(&mut files, node, 1, b"y"), Ok(1));
    assert_eq!(files.bytes_from(node, 0), Ok(b"xy".as_slice()));
    assert_eq!(files.rename((one, "f"), (two, "f"), NOW), Err(Errno::XDEV));
    assert!(!files.has_changes(), "only /tmp is told");
}

#[test]
fn room_is_for_bytes_files_and_names() {
    let mut settings = settings();
    settings.ephemeral_storage = MemoryMb::new(1);
    let mut files = Files::new(&settings, NOW);
    let top = root(&files);
    let first = open(&mut files, "tmp/0", CREATE).unwrap();
    files.retain(first);
    // 1 MB has 64 inodes; `/tmp` itself is one.
    let fits = (1..100).take_while(|n| open(&mut files, &format!("tmp/{n}"), CREATE).is_ok());
    assert_eq!(fits.count(), 62);
    assert_eq!(files.make_directory(top, "tmp/d", NOW), Err(Errno::NOSPC));
    assert_eq!(files.make_link("0", top, "tmp/s", NOW), Err(Errno::NOSPC));
    let link = |files: &mut Files, to| files.link((top, "tmp/0"), Links::Keep, (top, to), NOW);
    assert_eq!(link(&mut files, "tmp/l"), Ok(()));
    assert_eq!(link(&mut files, "tmp/m"), Err(Errno::NOSPC));

    let megabyte = 1_048_576;
    assert_eq!(files.resize(first, megabyte, NOW), Ok(()));
    let second = open(&mut files, "tmp/1", CREATE).unwrap();
    assert_eq!(write(&mut files, second, 0, b"x"), Err(Errno::NOSPC));
    // A removed file keeps its bytes until it is closed.
    files.unlink(top, "tmp/0", NOW).unwrap();
    files.unlink(top, "tmp/l", NOW).unwrap();
    assert_eq!(write(&mut files, second, 0, b"x"), Err(Errno::NOSPC));
    files.release(first);
    assert_eq!(write(&mut files, second, 0, b"x"), Ok(1));
}

#[test]
fn a_file_has_at_most_65_000_names() {
    let mut settings = settings();
    settings.ephemeral_storage = MemoryMb::new(10_240);
    let mut files = Files::new(&settings, NOW);
    let top = root(&files);
    let node = open(&mut files, "tmp/f", CREATE).unwrap();
    for n in 1..65_000 {
        let to = format!("tmp/{n}");
        files
            .link((top, "tmp/f"), Links::Keep, (top, &to), NOW)
            .unwrap();
    }
    assert_eq!(files.status(node).unwrap().links, 65_000);
    let more = files.link((top, "tmp/f"), Links::Keep, (top, "tmp/x"), NOW);
    assert_eq!(more, Err(Errno::MLINK));
}

#[test]
fn listings_are_stable_while_names_come_and_go() {
    let mut files = Files::new(&settings(), NOW);
    let top = root(&files);
    for name in ["tmp/a", "tmp/b", "tmp/c", "tmp/d"] {
        open(&mut files, name, CREATE).unwrap();
    }
    let tmp = files.find(top, "tmp", Links::Follow).unwrap();
    let mut listing = Listing::default();
    let list = |files: &Files, after, listing: &mut Listing| -> Vec<(String, u64)> {
        let entries = files.list(tmp, after, listing).unwrap();
        entries
            .map(|entry| (entry.name.to_owned(), entry.cookie))
            .collect()
    };
    let names = |entries: &[(String, u64)]| -> Vec<String> {
        entries.iter().map(|(name, _)| name.clone()).collect()
    };
    let all = list(&files, 0, &mut listing);
    assert_eq!(names(&all), [".", "..", "a", "b", "c", "d"]);
    let behind_b = all[3].1;
    files.unlink(top, "tmp/b", NOW).unwrap();
    files.unlink(top, "tmp/c", NOW).unwrap();
    files
        .rename((top, "tmp/d"), (top, "tmp/renamed"), NOW)
        .unwrap();
    open(&mut files, "tmp/new", CREATE).unwrap();
    // What is new is not in a listing that has begun, and is in the next.
    assert_eq!(names(&list(&files, behind_b, &mut listing)), ["renamed"]);
    let again = list(&files, 0, &mut listing);
    assert_eq!(names(&again), [".", "..", "a", "renamed", "new"]);
    assert_eq!(list(&files, u64::MAX, &mut listing), []);
    // A descriptor that has never listed goes on from any cookie.
    let other = list(&files, behind_b, &mut Listing::default());
    assert_eq!(names(&other), ["renamed", "new"]);
}

#[test]
fn dangling_links_make_files_where_they_point() {
    let mut files = Files::new(&settings(), NOW);
    let top = root(&files);
    files.make_directory(top, "tmp/d", NOW).unwrap();
    files.make_link("d/made", top, "tmp/link", NOW).unwrap();
    assert_eq!(open(&mut files, "tmp/link", READ), Err(Errno::NOENT));
    let exclusive = OpenOptions {
        exclusive: true,
        ..CREATE
    };
    assert_eq!(open(&mut files, "tmp/link", exclusive), Err(Errno::EXIST));
    let made = open(&mut files, "tmp/link", CREATE).unwrap();
    assert_eq!(files.find(top, "tmp/d/made", Links::Keep), Ok(made));
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let mut files = Files::new(&settings(), NOW);
    let top = root(&files);
    open(&mut files, "tmp/0", CREATE).unwrap();
    for n in 1..=41 {
        let (target, link) = (format!("{}", n - 1), format!("tmp/{n}"));
        files.make_link(&target, top, &link, NOW).unwrap();
    }
    assert!(open(&mut files, "tmp/40", READ).is_ok());
    assert_eq!(open(&mut files, "tmp/41", READ), Err(Errno::LOOP));
}

#[test]
fn a_removed_directory_takes_no_names() {
    let mut files = Files::new(&settings(), NOW);
    let top = root(&files);
    files.make_directory(top, "tmp/d", NOW).unwrap();
    let gone = files.find(top, "tmp/d", Links::Follow).unwrap();
    files.retain(gone);
    files.remove_directory(top, "tmp/d", NOW).unwrap();
    let noent = Err(Errno::NOENT);
    assert_eq!(files.open(gone, "f", CREATE, || NOW).map(drop), noent);
    assert_eq!(files.make_directory(gone, "e", NOW), noent);
    assert_eq!(files.make_link("x", gone, "l", NOW), noent);
    open(&mut files, "tmp/f", CREATE).unwrap();
    assert_eq!(files.rename((top, "tmp/f"), (gone, "f"), NOW), noent);
    assert_eq!(
        files.link((top, "tmp/f"), Links::Keep, (gone, "f"), NOW),
        noent
    );
    files.release(gone);
    assert_eq!(files.status(gone), Err(Errno::IO));
}
