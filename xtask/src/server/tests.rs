use super::*;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A folder with a page, a module and a text in a folder; removed at the end.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Files {
        let root = std::env::temp_dir().join(format!("coldstart-{name}-{}", std::process::id()));
        std::fs::create_dir_all(root.join("deep")).unwrap();
        std::fs::write(root.join("index.html"), "<head></head>page").unwrap();
        std::fs::write(root.join("a.wasm"), b"\0asm").unwrap();
        std::fs::write(root.join("deep/b c.txt"), "text").unwrap();
        Files(root)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Sends one request and gives back the whole answer.
fn ask(server: &Server, method: &str, path: &str, more: &str) -> String {
    let address = server.url.trim_start_matches("http://");
    let address = address.split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn get(server: &Server, path: &str) -> String {
    ask(server, "GET", path, "")
}

#[test]
fn a_well_configured_host() {
    let files = Files::new("well");
    let server = Server::start(&files.0, Options::default()).unwrap();
    assert!(server.url.starts_with("http://127.0.0.1:") && server.url.ends_with('/'));
    let page = get(&server, "/");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.ends_with("page"), "{page}");
    assert!(
        page.contains("Cross-Origin-Opener-Policy: same-origin\r\n"),
        "{page}"
    );
    assert!(
        page.contains("Cross-Origin-Embedder-Policy: require-corp\r\n"),
        "{page}"
    );
    assert!(
        page.contains("Content-Security-Policy: default-src 'none';"),
        "{page}"
    );
    assert!(page.contains("Content-Length: 17\r\n"), "{page}");
    assert!(get(&server, "/a.wasm").contains("Content-Type: application/wasm\r\n"));
    assert!(get(&server, "/deep/b%20c.txt?x=1").ends_with("text"));
}

#[test]
fn a_plain_host_under_a_path() {
    let files = Files::new("plain");
    let options = Options {
        sub_path: "/a/b/".to_owned(),
        ..Options::plain_host()
    };
    let server = Server::start(&files.0, options).unwrap();
    assert!(server.url.ends_with("/a/b/"));
    let module = get(&server, "/a/b/a.wasm");
    assert!(
        module.contains("Content-Type: application/octet-stream\r\n"),
        "{module}"
    );
    assert!(!module.contains("Cross-Origin"), "{module}");
    assert!(!module.contains("Content-Security-Policy"), "{module}");
    assert!(get(&server, "/a/b").contains("Location: /a/b/\r\n"));
    assert!(get(&server, "/").starts_with("HTTP/1.1 404"));
    assert!(get(&server, "/a.wasm").starts_with("HTTP/1.1 404"));
}

#[test]
fn requests_that_get_no_file() {
    let files = Files::new("none");
    let server = Server::start(files.0.join("deep"), Options::default()).unwrap();
    assert!(get(&server, "/../index.html").starts_with("HTTP/1.1 404"));
    assert!(get(&server, "/%2e%2e/index.html").starts_with("HTTP/1.1 404"));
    assert!(get(&server, "/absent").starts_with("HTTP/1.1 404"));
    assert!(
        ask(&server, "POST", "/b%20c.txt", "Content-Length: 0\r\n").starts_with("HTTP/1.1 405")
    );
    let head = ask(&server, "HEAD", "/b%20c.txt", "");
    assert!(
        head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"),
        "{head}"
    );
}

#[test]
fn a_known_file_is_not_sent_again() {
    let files = Files::new("known");
    let server = Server::start(&files.0, Options::default()).unwrap();
    let first = get(&server, "/a.wasm");
    let tag = first
        .lines()
        .find_map(|line| line.strip_prefix("Etag: "))
        .unwrap();
    let again = ask(
        &server,
        "GET",
        "/a.wasm",
        &format!("If-None-Match: {tag}\r\n"),
    );
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    std::fs::write(files.0.join("a.wasm"), b"\0asm2").unwrap();
    let changed = ask(
        &server,
        "GET",
        "/a.wasm",
        &format!("If-None-Match: {tag}\r\n"),
    );
    assert!(changed.starts_with("HTTP/1.1 200"), "{changed}");
}

#[test]
fn the_reload_script_is_only_there_when_asked_for() {
    let files = Files::new("reload");
    let server = Server::start(&files.0, Options::default()).unwrap();
    assert!(!get(&server, "/").contains(reload::NAME));
    assert!(get(&server, "/coldstart-reload.js").starts_with("HTTP/1.1 404"));
    let options = Options {
        reload: true,
        ..Options::default()
    };
    let server = Server::start(&files.0, options).unwrap();
    assert!(get(&server, "/").contains("src=\"./coldstart-reload.js\""));
    assert!(get(&server, "/coldstart-reload.js").contains("location.reload()"));
}

#[test]
fn a_dropped_server_frees_its_port() {
    let files = Files::new("drop");
    let server = Server::start(&files.0, Options::default()).unwrap();
    let port: u16 = server
        .url
        .trim_end_matches('/')
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let options = Options {
        port,
        ..Options::default()
    };
    assert!(Server::start(&files.0, options.clone()).is_err(), "taken");
    drop(server);
    // The listener is closed by its own thread, a moment later.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while Server::start(&files.0, options.clone()).is_err() {
        assert!(std::time::Instant::now() < deadline, "still taken");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Browsers open several connections at once and keep them: none may wait for another to close.
#[test]
fn connections_that_stay_open_do_not_hold_up_others() {
    let files = Files::new("connections");
    for round in 0..50 {
        let server = Server::start(&files.0, Options::default()).unwrap();
        let address = server
            .url
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let ask = |mut stream: TcpStream| {
            let request = "GET /a.wasm HTTP/1.1\r\nHost: x\r\n\r\n";
            stream.write_all(request.as_bytes()).unwrap();
            let wait = Some(std::time::Duration::from_secs(20));
            stream.set_read_timeout(wait).unwrap();
            let answered = stream.read(&mut [0; 12]).is_ok_and(|count| count > 0);
            assert!(answered, "a connection of round {round} waits in vain");
            stream
        };
        let streams: Vec<_> = (0..12)
            .map(|_| TcpStream::connect(address).unwrap())
            .collect();
        let kept: Vec<_> = streams.into_iter().map(ask).collect();
        drop(kept);
    }
}
