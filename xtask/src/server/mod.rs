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
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use path::{Found, find};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

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

/// A running server. Stops when it is dropped, and all connections with it.
pub struct Server {
    /// The address of the page: `http://127.0.0.1:PORT/`, with the sub-path.
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves the files below `root` on 127.0.0.1. They are read anew for each request.
    ///
    /// # Errors
    /// If the port is taken or not allowed.
    pub fn start(root: impl Into<PathBuf>, options: Options) -> io::Result<Server> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let url = format!("http://{}{}", listener.local_addr()?, options.sub_path);
        let site = Arc::new(Site {
            root: root.into(),
            options,
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.spawn(accept(listener, site));
            // An error means that nobody is left who could ask it to stop: that is a reason, too.
            let _ = runtime.block_on(stopped);
        });
        Ok(Server {
            url,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Serves until the process is ended.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Takes connections for ever. Each is a task of its own: browsers open several and keep them.
async fn accept(listener: TcpListener, site: Arc<Site>) {
    loop {
        // A connection that ended before it was taken is no reason to stop.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let site = Arc::clone(&site);
        tokio::spawn(async move {
            let service =
                service_fn(|request| async { Ok::<_, Infallible>(site.answer(request).await) });
            // A visitor who has left needs no answer.
            let _ = http1::Builder::new()
                .title_case_headers(true)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

struct Site {
    root: PathBuf,
    options: Options,
}

type Answer = Response<Full<Bytes>>;

impl Site {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        match &self.options.inbox {
            Some(inbox) if *request.method() == Method::POST => {
                let posted = request.into_body().collect().await;
                match posted.map(|body| inbox.send(body.to_bytes().to_vec())) {
                    Ok(Ok(())) => self.plain(StatusCode::OK, "taken"),
                    _ => self.plain(StatusCode::INTERNAL_SERVER_ERROR, "nobody takes it"),
                }
            }
            _ => self.respond(&request),
        }
    }

    fn respond(&self, request: &Request<Incoming>) -> Answer {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return self
                .plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD")
                .with(ALLOW, "GET, HEAD");
        }
        let path = request.uri().path();
        if self.options.reload && path == format!("{}{}", self.options.sub_path, reload::NAME) {
            return self.contents(request, Path::new(reload::NAME), reload::SCRIPT.into());
        }
        match find(&self.root, &self.options.sub_path, path) {
            Some(Found::File(file)) => match std::fs::read(&file) {
                Ok(bytes) => self.contents(request, &file, bytes),
                Err(error) => self.plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    &format!("{}: {error}", file.display()),
                ),
            },
            Some(Found::Folder(location)) => self
                .plain(StatusCode::MOVED_PERMANENTLY, &location)
                .with(LOCATION, &location),
            None => self.plain(StatusCode::NOT_FOUND, "not found"),
        }
    }

    fn contents(&self, request: &Request<Incoming>, file: &Path, mut bytes: Vec<u8>) -> Answer {
        let is_page = file
            .extension()
            .is_some_and(|extension| extension == "html");
        if self.options.reload && is_page {
            bytes = reload::with_script(bytes);
        }
        let tag = format!("\"{}\"", content_hash([&bytes[..]]));
        let known = request.headers().get(IF_NONE_MATCH);
        let response = if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
            self.response(StatusCode::NOT_MODIFIED, Vec::new())
        } else {
            self.response(StatusCode::OK, bytes)
        };
        // Kept by the browser, but asked for again each time: a new build shows at once.
        response
            .with(CONTENT_TYPE, self.type_of(file))
            .with(ETAG, &tag)
            .with(CACHE_CONTROL, "no-cache")
    }

    fn type_of(&self, file: &Path) -> &'static str {
        match media_type(file) {
            "application/wasm" if !self.options.mime_types => "application/octet-stream",
            known => known,
        }
    }

    fn plain(&self, status: StatusCode, text: &str) -> Answer {
        self.response(status, text.into())
            .with(CONTENT_TYPE, "text/plain; charset=utf-8")
    }

    fn response(&self, status: StatusCode, bytes: Vec<u8>) -> Answer {
        let mut response = Response::new(Full::new(Bytes::from(bytes)));
        *response.status_mut() = status;
        let groups = [
            (self.options.isolated, &ISOLATION[..]),
            (self.options.protected, &PROTECTION[..]),
        ];
        for (wanted, headers) in groups {
            for (name, value) in headers.iter().filter(|_| wanted) {
                if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                    response = response.with(name, value);
                }
            }
        }
        response
    }
}

trait With {
    fn with(self, name: HeaderName, value: &str) -> Self;
}

impl With for Answer {
    /// A value that is no header's is left out.
    fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers_mut().insert(name, value);
        }
        self
    }
}

#[cfg(test)]
mod tests;
