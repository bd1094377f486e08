//! Servers on loopback, each of which behaves in one way. They end with the test.

use std::io::{Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use corsac::fetch::Response;
use corsac::{Policy, Request};
use corsac_conformance::handshake;

/// What a server does with a request.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Answers as the policy says, with 404 elsewhere than on `/`, and marks its handler.
    Policy(Box<Policy>),
    /// The same, with a handler that answers so.
    Handler(Box<Policy>, Response),
    /// Gives back whatever `Origin` it was sent, with credentials.
    Reflects,
    /// Writes this and closes.
    Says(Vec<u8>),
    /// Writes the first once, and the second again and again.
    Repeats(Vec<u8>, Vec<u8>),
    /// Writes this and waits.
    SaysAndWaits(Vec<u8>),
    /// Resets the connection.
    Resets,
}

/// Starts one, and gives its URL.
pub(crate) fn start(behaviour: Behaviour) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let behaviour = behaviour.clone();
            thread::spawn(move || serve(stream.unwrap(), &behaviour));
        }
    });
    url
}

/// A URL where nobody listens.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

fn serve(mut stream: TcpStream, behaviour: &Behaviour) {
    if let Behaviour::Resets = behaviour {
        // What is closed with something unread is reset.
        let _waited = stream.peek(&mut [0]);
        return;
    }
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return;
        }
        head.push(byte[0]);
    }
    // Nobody need be there to read it.
    let _unread = match behaviour {
        Behaviour::Says(bytes) => stream.write_all(bytes),
        Behaviour::SaysAndWaits(bytes) => {
            let written = stream.write_all(bytes);
            thread::sleep(Duration::from_secs(60));
            written
        }
        Behaviour::Repeats(first, again) => {
            let mut written = stream.write_all(first);
            while written.is_ok() {
                written = stream.write_all(again);
            }
            written
        }
        Behaviour::Reflects => stream.write_all(&reflected(&head)),
        Behaviour::Policy(policy) => {
            let is_there = parse(&head).0.get(1) == Some(&&b"/"[..]);
            let handler = Response::new(if is_there { 200 } else { 404 });
            stream.write_all(&decided(policy, &head, &handler))
        }
        Behaviour::Handler(policy, handler) => stream.write_all(&decided(policy, &head, handler)),
        Behaviour::Resets => Ok(()),
    };
}

type Field<'h> = (&'h [u8], &'h [u8]);

/// The first line of a request, and its fields.
fn parse(head: &[u8]) -> (Vec<&[u8]>, Vec<Field<'_>>) {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let first = lines.next().unwrap().split(|byte| *byte == b' ').collect();
    let fields = lines.take_while(|line| !line.is_empty()).map(|line| {
        let colon = line.iter().position(|byte| *byte == b':').unwrap();
        (&line[..colon], &line[colon + 1..])
    });
    (first, fields.collect())
}

fn reflected(head: &[u8]) -> Vec<u8> {
    let mut response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n".to_vec();
    for (_, value) in parse(head).1.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"origin"))
    {
        response.extend([b"access-control-allow-origin:", *value, b"\r\n"].concat());
        response.extend(b"access-control-allow-credentials: true\r\n");
    }
    response.extend(b"\r\n");
    response
}

fn decided(policy: &Policy, head: &[u8], handler: &Response) -> Vec<u8> {
    let (first, fields) = parse(head);
    let request = Request::from_fields(first[0], fields);
    let decision = policy.evaluate(&request);
    let answer = match decision.status() {
        Some(status) => Response::new(status),
        None => handler.clone().header("corsac-handler", "ran"),
    };
    let answer = handshake::apply(&decision, &answer);
    let mut response = format!("HTTP/1.1 {} X\r\n", answer.status).into_bytes();
    for (name, value) in &answer.headers {
        response.extend([name, &b": "[..], value, b"\r\n"].concat());
    }
    response.extend(if matches!(answer.status, 204 | 304) {
        &b"\r\n"[..]
    } else {
        b"content-length: 0\r\n\r\n"
    });
    response
}
