//! A Runtime API of a few lines, and the real program on real modules.
// Each test binary uses its part of this.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Longer than anything takes, on a slow machine without optimisation.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a call of the API is answered with.
#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A call of the API.
#[derive(Debug)]
pub(crate) struct Call {
    /// Method and path, without the version.
    pub(crate) what: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The API: answers to `next` in order, then none; other calls are accepted unless there are answers
/// for them, too.
pub(crate) struct RuntimeApi {
    address: String,
    calls: Receiver<Call>,
}

/// A running `bootstrap`.
pub(crate) struct Function {
    child: Child,
    pub(crate) folder: PathBuf,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Answer {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// An event, as Lambda hands it over.
    pub(crate) fn event(id: &str, body: &str) -> Self {
        Answer::new(200, body)
            .with("Lambda-Runtime-Aws-Request-Id", id)
            .with("Lambda-Runtime-Deadline-Ms", "1542409706888")
            .with(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-2:123456789012:function:custom",
            )
            .with("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7;Sampled=1")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(of, _)| of.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl RuntimeApi {
    pub(crate) fn new(next: impl Into<VecDeque<Answer>>) -> Self {
        Self::with_posts(next, [])
    }

    pub(crate) fn with_posts(
        next: impl Into<VecDeque<Answer>>,
        posts: impl Into<VecDeque<Answer>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, calls) = channel();
        let next = Arc::new(Mutex::new(next.into()));
        let posts = Arc::new(Mutex::new(posts.into()));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, next, posts) = (sender.clone(), next.clone(), posts.clone());
                thread::spawn(move || serve(stream.unwrap(), &sender, &next, &posts));
            }
        });
        RuntimeApi { address, calls }
    }

    /// The next call.
    pub(crate) fn call(&self) -> Call {
        let call = self.calls.recv_timeout(PATIENCE);
        call.unwrap_or_else(|error| panic!("no call: {error}"))
    }

    /// The next calls have to be these.
    pub(crate) fn expect(&self, calls: &[&str]) {
        for expected in calls {
            assert_eq!(&self.call().what, expected);
        }
    }

    /// Whether nothing more was called.
    pub(crate) fn is_silent(&self) -> bool {
        self.calls.try_recv().is_err()
    }

    /// Starts `bootstrap` on a package.
    pub(crate) fn start(&self, files: &[(&str, &[u8])], variables: &[(&str, &str)]) -> Function {
        Function::start(&self.address, files, variables)
    }
}

impl Function {
    /// Starts `bootstrap` on a package of these files, with a Runtime API at this address.
    pub(crate) fn start(
        api: &str,
        files: &[(&str, &[u8])],
        variables: &[(&str, &str)],
    ) -> Function {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("package-{}-{number}", std::process::id()));
        for (name, bytes) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let child = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api)
            .env("LAMBDA_TASK_ROOT", &folder)
            .env("_HANDLER", "bootstrap")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Function { child, folder }
    }

    /// Ends it if it has not ended, and gives what it printed.
    pub(crate) fn stop(mut self) -> Ended {
        // Fails only if it has ended already.
        let _ = self.child.kill();
        self.end()
    }

    /// Waits for its end.
    pub(crate) fn end(&mut self) -> Ended {
        let read = |stream: Option<&mut dyn Read>| {
            let mut text = Vec::new();
            stream.unwrap().read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        };
        let stdout = read(self.child.stdout.as_mut().map(|it| it as &mut dyn Read));
        let stderr = read(self.child.stderr.as_mut().map(|it| it as &mut dyn Read));
        let status = self.child.wait().unwrap();
        Ended {
            status,
            stdout,
            stderr,
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A handler of `cli/tests/handlers/` or of this package, assembled.
pub(crate) fn handler(name: &str) -> Vec<u8> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/handlers", "../cli/tests/handlers"];
    let mut paths = folders
        .map(|folder| here.join(folder).join(name))
        .into_iter();
    let path = paths.find(|path| path.is_file());
    wat::parse_file(path.unwrap_or_else(|| panic!("no {name}"))).unwrap()
}

/// Serves one connection until it is closed.
fn serve(
    stream: TcpStream,
    calls: &Sender<Call>,
    next: &Mutex<VecDeque<Answer>>,
    posts: &Mutex<VecDeque<Answer>>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(call) = read(&mut reader) {
        let is_next = call.what == "GET /invocation/next";
        // A test that has seen enough listens no more.
        if calls.send(call).is_err() {
            return;
        }
        let answer = match is_next {
            true => next.lock().unwrap().pop_front(),
            false => {
                let accepted = || Some(Answer::new(202, r#"{"status":"OK"}"#));
                posts.lock().unwrap().pop_front().or_else(accepted)
            }
        };
        let Some(answer) = answer else {
            // There are no more events: it waits for ever.
            thread::sleep(PATIENCE);
            return;
        };
        let closes = answer.headers.iter().any(|(name, _)| name == "Connection");
        write(&stream, answer);
        if closes {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Call> {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
    };
    let request = line()?;
    let mut headers = Vec::new();
    while let Some(header) = line() {
        let (name, value) = header.split_once(':').unwrap();
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let (method, rest) = request.split_once(' ').unwrap();
    let (path, version) = rest.split_once(' ').unwrap();
    assert_eq!(version, "HTTP/1.1");
    let path = path.strip_prefix("/2018-06-01/runtime").unwrap();
    let mut call = Call {
        what: format!("{method} {path}"),
        headers,
        body: String::new(),
    };
    let length = call
        .header("Content-Length")
        .map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    call.body = String::from_utf8_lossy(&body).into_owned();
    Some(call)
}

fn write(mut stream: &TcpStream, answer: Answer) {
    let mut head = format!("HTTP/1.1 {} It is\r\n", answer.status);
    for (name, value) in answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if answer.status != 204 {
        head += &format!("Content-Length: {}\r\n", answer.body.len());
    }
    head += "\r\n";
    let _ = stream.write_all(&[head.as_bytes(), &answer.body].concat());
}
