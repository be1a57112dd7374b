//! A static file server for this machine: what `serve` runs, and what the end-to-end tests host
//! `dist/` with, under any path and with as few headers as the plainest host sends.
//!
//! ```text
//! mod     Server, Options; one request from path to response
//! path    a request's path to a file below the root, or nothing
//! reload  the script that reloads the page after a new build
//! ```

mod path;
mod reload;

use crate::headers::{ISOLATION, PROTECTION, media_type};
use crate::workspace::content_hash;
use path::{Found, find};
use std::io::{self, Cursor};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// How a server behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port; 0 for any free one.
    pub port: u16,
    /// The path under which the files appear; begins and ends with `/`.
    pub sub_path: String,
    /// Sends the headers that make the page cross-origin isolated.
    pub isolated: bool,
    /// Sends the content security policy and the other protecting headers.
    pub protected: bool,
    /// Says `application/wasm` for modules. Some hosts do not know it.
    pub mime_types: bool,
    /// Adds a script to the page that reloads it when the files change.
    pub reload: bool,
    /// Takes what the page posts, whatever the path: how benchmarks report.
    pub inbox: Option<Sender<Vec<u8>>>,
}

impl Default for Options {
    /// Everything that a well configured host does, at `/`, on a free port.
    fn default() -> Self {
        Options {
            port: 0,
            sub_path: "/".to_owned(),
            isolated: true,
            protected: true,
            mime_types: true,
            reload: false,
            inbox: None,
        }
    }
}

impl Options {
    /// A host that sends files and nothing else, and has never heard of WebAssembly.
    pub fn plain_host() -> Self {
        Options {
            isolated: false,
            protected: false,
            mime_types: false,
            ..Options::default()
        }
    }
}

/// A running server. Stops when it is dropped; the port is free a moment later.
pub struct Server {
    /// The address of the page: `http://127.0.0.1:PORT/`, with the sub-path.
    pub url: String,
    http: Arc<tiny_http::Server>,
    threads: Vec<JoinHandle<()>>,
}

/// Enough that a page's parallel requests do not wait for each other.
const THREADS: usize = 4;

impl Server {
    /// Serves the files below `root` on 127.0.0.1. They are read anew for each request.
    ///
    /// # Errors
    /// If the port is taken or not allowed.
    pub fn start(root: impl Into<PathBuf>, options: Options) -> io::Result<Server> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let http = tiny_http::Server::http(address).map_err(io::Error::other)?;
        let bound = http
            .server_addr()
            .to_ip()
            .ok_or_else(|| io::Error::other("no address"))?;
        let url = format!("http://{bound}{}", options.sub_path);
        let http = Arc::new(http);
        let site = Arc::new(Site {
            root: root.into(),
            options,
        });
        let threads = (0..THREADS)
            .map(|_| {
                let (http, site) = (Arc::clone(&http), Arc::clone(&site));
                std::thread::spawn(move || {
                    // An error means that the server was unblocked in order to stop.
                    while let Ok(mut request) = http.recv() {
                        let response = match site.posted(&mut request) {
                            Some(response) => response,
                            None => site.respond(&request),
                        };
                        // A visitor who has left needs no answer.
                        let _ = request.respond(response);
                    }
                })
            })
            .collect();
        Ok(Server { url, http, threads })
    }

    /// Serves until the process is ended.
    pub fn wait(mut self) {
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.http.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Site {
    root: PathBuf,
    options: Options,
}

type Body = Response<Cursor<Vec<u8>>>;

impl Site {
    /// Passes on what was posted, where somebody wants it.
    fn posted(&self, request: &mut Request) -> Option<Body> {
        let inbox = self.options.inbox.as_ref()?;
        if *request.method() != Method::Post {
            return None;
        }
        let mut bytes = Vec::new();
        let read = request.as_reader().read_to_end(&mut bytes);
        Some(match read.map(|_| inbox.send(bytes)) {
            Ok(Ok(())) => self.plain(200, "taken"),
            _ => self.plain(500, "nobody takes it"),
        })
    }

    fn respond(&self, request: &Request) -> Body {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return self
                .plain(405, "only GET and HEAD")
                .with(header("Allow", "GET, HEAD"));
        }
        let path = request.url().split(['?', '#']).next().unwrap_or("/");
        if self.options.reload && path == format!("{}{}", self.options.sub_path, reload::NAME) {
            return self.contents(request, Path::new(reload::NAME), reload::SCRIPT.into());
        }
        match find(&self.root, &self.options.sub_path, path) {
            Some(Found::File(file)) => match std::fs::read(&file) {
                Ok(bytes) => self.contents(request, &file, bytes),
                Err(error) => self.plain(500, &format!("{}: {error}", file.display())),
            },
            Some(Found::Folder(location)) => self
                .plain(301, &location)
                .with(header("Location", &location)),
            None => self.plain(404, "not found"),
        }
    }

    fn contents(&self, request: &Request, file: &Path, mut bytes: Vec<u8>) -> Body {
        let is_page = file
            .extension()
            .is_some_and(|extension| extension == "html");
        if self.options.reload && is_page {
            bytes = reload::with_script(bytes);
        }
        let tag = format!("\"{}\"", content_hash([&bytes[..]]));
        let known = request
            .headers()
            .iter()
            .any(|h| h.field.equiv("If-None-Match") && h.value.as_str() == tag);
        let response = if known {
            self.response(304, Vec::new())
        } else {
            self.response(200, bytes)
        };
        // Kept by the browser, but asked for again each time: a new build shows at once.
        response
            .with(header("Content-Type", self.type_of(file)))
            .with(header("ETag", &tag))
            .with(header("Cache-Control", "no-cache"))
    }

    fn type_of(&self, file: &Path) -> &'static str {
        match media_type(file) {
            "application/wasm" if !self.options.mime_types => "application/octet-stream",
            known => known,
        }
    }

    fn plain(&self, status: u16, text: &str) -> Body {
        self.response(status, text.into())
            .with(header("Content-Type", "text/plain; charset=utf-8"))
    }

    fn response(&self, status: u16, bytes: Vec<u8>) -> Body {
        let length = bytes.len();
        let mut response = Response::new(
            StatusCode(status),
            Vec::new(),
            Cursor::new(bytes),
            Some(length),
            None,
        )
        // Never chunked: a length lets the browser show progress.
        .with_chunked_threshold(usize::MAX);
        let groups = [
            (self.options.isolated, &ISOLATION[..]),
            (self.options.protected, &PROTECTION[..]),
        ];
        for (wanted, headers) in groups {
            for (name, value) in headers.iter().filter(|_| wanted) {
                response = response.with(header(name, value));
            }
        }
        response
    }
}

trait With {
    fn with(self, header: Option<Header>) -> Self;
}

impl With for Body {
    fn with(self, header: Option<Header>) -> Self {
        match header {
            Some(header) => self.with_header(header),
            None => self,
        }
    }
}

/// Nothing if a value is no ASCII text: then the header is left out.
fn header(name: &str, value: &str) -> Option<Header> {
    Header::from_bytes(name, value).ok()
}

#[cfg(test)]
mod tests;
