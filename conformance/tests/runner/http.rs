//! The client: what it sends and reads, and what it says of servers that break.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use corsac_conformance::runner::http::{Head, HttpTrouble, Reply, Target, Where, WireRequest};
use proptest::prelude::*;

use crate::server::{self, Behaviour};

fn request(method: &str, headers: &[(&str, &[u8])]) -> WireRequest {
    let header = |(name, value): &(&str, &[u8])| (name.as_bytes().to_vec(), value.to_vec());
    WireRequest { method: method.into(), headers: headers.iter().map(header).collect() }
}

fn ask(behaviour: Behaviour) -> Result<Reply, HttpTrouble> {
    ask_as("GET", behaviour)
}

fn ask_as(method: &str, behaviour: Behaviour) -> Result<Reply, HttpTrouble> {
    let url = server::start(behaviour);
    let target = Target::new(&url, false, Duration::from_millis(400)).unwrap();
    target.ask(&request(method, &[]))
}

fn says(text: &str) -> Behaviour {
    Behaviour::Says(text.as_bytes().to_vec())
}

fn waits(text: &str) -> Behaviour {
    Behaviour::SaysAndWaits(text.as_bytes().to_vec())
}

#[test]
fn what_is_sent_arrives_byte_for_byte() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nVary: a\r\nvary: \xfe\r\n\r\n").unwrap();
        head
    });
    let target =
        Target::new(&format!("http://{address}/a?b=c#d"), false, Duration::from_secs(9)).unwrap();
    let request = request(
        "PUT",
        &[("Origin", b"https://a.example"), ("origin", b"\xff, \t"), ("Origin", b"")],
    );
    let reply = target.ask(&request).unwrap();
    let field = |name: &str, value: &[u8]| (name.as_bytes().to_vec(), value.to_vec());
    assert_eq!(reply.headers, [field("Vary", b"a"), field("vary", b"\xfe")]);
    let shown = address.to_string();
    let expected = [
        b"PUT /a?b=c HTTP/1.1\r\nhost: ".as_slice(),
        shown.as_bytes(),
        b"\r\nOrigin: https://a.example\r\norigin: \xff, \t\r\nOrigin: \r\nuser-agent: corsac/",
        env!("CARGO_PKG_VERSION").as_bytes(),
        b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ];
    assert_eq!(
        server.join().unwrap().escape_ascii().to_string(),
        expected.concat().escape_ascii().to_string()
    );
}

#[test]
fn what_http_cannot_hold_is_not_sent() {
    let target = Target::new(&server::nobody(), false, Duration::from_secs(9)).unwrap();
    for request in [
        request("", &[]),
        request("GET /", &[]),
        request("CONNECT", &[]),
        request("GET", &[("", b"x")]),
        request("GET", &[("a b", b"x")]),
        request("GET", &[("a", b"x\r\nb: y")]),
        request("GET", &[("a", b"\0")]),
        request("GET", &[("Content-Length", b"9")]),
    ] {
        assert!(matches!(target.ask(&request), Err(HttpTrouble::Unsendable(_))), "{request:?}");
    }
}

#[test]
fn bodies_are_read_as_they_are_framed() {
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\n\r\nabc",
        "HTTP/1.0 200\n\nabc",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\ntrailer: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc",
    ] {
        assert_eq!(ask(says(text)).unwrap().status, 200, "{text}");
    }
    // Where the end is told, nobody waits for the connection's.
    for (method, text) in [
        ("GET", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
    ] {
        assert!(ask_as(method, waits(text)).is_ok(), "{text}");
    }
    // What comes after a mebibyte changes nothing.
    let endless = Behaviour::Repeats(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 1 << 16]);
    assert_eq!(ask(endless).unwrap().status, 200);
    let chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let endless =
        Behaviour::Repeats(chunks, [b"ffff\r\n", &vec![b'x'; 0xffff][..], b"\r\n"].concat());
    assert_eq!(ask(endless).unwrap().status, 200);
}

#[test]
fn servers_that_break_are_told_apart() {
    let silent = |at| Err(HttpTrouble::Silent(at, Duration::from_millis(400)));
    assert!(matches!(
        Target::new(&server::nobody(), false, Duration::from_secs(9))
            .unwrap()
            .ask(&request("GET", &[])),
        Err(HttpTrouble::Refused(_))
    ));
    assert_eq!(ask(Behaviour::Resets), Err(HttpTrouble::Reset(Where::Start)));
    assert_eq!(ask(says("")), Err(HttpTrouble::Closed(Where::Start)));
    assert_eq!(ask(says("HTTP/1.1 200 OK\r\nvary: x")), Err(HttpTrouble::Closed(Where::Head)));
    assert_eq!(
        ask(says("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc")),
        Err(HttpTrouble::Closed(Where::Body(3)))
    );
    assert_eq!(ask(waits("")), silent(Where::Start));
    assert_eq!(ask(waits("HTTP/1.1 200 OK\r\nvary: x")), silent(Where::Head));
    assert_eq!(ask(waits("HTTP/1.1 200 OK\r\n\r\nabc")), silent(Where::Body(3)));
    assert!(matches!(ask(says("hello\r\n")), Err(HttpTrouble::NotHttp(_))));
    assert!(matches!(
        ask(says("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")),
        Err(HttpTrouble::NotHttp(_))
    ));
    assert!(matches!(
        ask(says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n")),
        Err(HttpTrouble::NotHttp(_))
    ));
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    assert_eq!(ask(Behaviour::Repeats(Vec::new(), interim)), Err(HttpTrouble::OnlyInterim));
    // A server that would send a gibibyte of headers, were it let.
    let headers =
        Behaviour::Repeats(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-more: 1\r\n".repeat(9999));
    assert_eq!(ask(headers), Err(HttpTrouble::HeadTooLong));
    let line = Behaviour::Repeats(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; 1 << 16]);
    assert_eq!(ask(line), Err(HttpTrouble::HeadTooLong));
}

proptest! {
    /// Whatever comes is a head or none; what is one, is one line after another.
    #[test]
    fn any_bytes_are_a_head_or_none(
        lines in prop::collection::vec(
            prop_oneof![
                "[ -~\t]{0,12}",
                "[a-z-]{0,9}:[ -~\t]{0,9}",
                Just("\r".to_owned()),
                "\\PC{0,5}",
            ],
            0..9,
        ),
        rest in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let text = format!("HTTP/1.1 200 X\r\n{}", lines.join("\r\n"));
        let bytes = [text.as_bytes(), &rest].concat();
        if let Ok(head) = Head::parse(&bytes) {
            prop_assert_eq!(head.status, 200);
            for (name, value) in &head.headers {
                prop_assert!(!name.is_empty() && name.is_ascii() && !name.contains(&b':'));
                prop_assert!(!value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')));
                prop_assert!(!value.starts_with(b" ") && !value.starts_with(b"\t"));
            }
        }
        let _total = Head::parse(&rest);
    }
}
