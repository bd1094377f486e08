//! The event that says why.

use std::io;
use std::sync::{Arc, Mutex};

use corsac::Policy;
use corsac::tower::CorsLayer;
use http::{HeaderValue, Request};
use tower::Layer as _;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use super::{APP, EVIL, ask, done, policy, preflight, request};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The bytes of a log of at least `least`, for a refusal that is told at `level`.
fn log(
    least: Level,
    layer: impl FnOnce(CorsLayer) -> CorsLayer,
    request: Request<String>,
) -> Vec<u8> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(least)
        .with_ansi(false)
        .without_time()
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let service = layer(CorsLayer::new(policy())).layer(done());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(ask(service, request));
    });
    let bytes = log.0.lock().unwrap();
    bytes.clone()
}

#[test]
fn a_refusal_is_told_with_its_reason() {
    let told = log(Level::TRACE, |layer| layer, request("GET", Some(EVIL)));
    assert_eq!(
        String::from_utf8(told).unwrap(),
        "DEBUG corsac: CORS request refused: the policy does not allow this origin kind=\"actual\" \
         rejection=\"origin-not-allowed\" offending=https://app.example.com.evil.net\n"
    );
    let told = log(Level::TRACE, |layer| layer, preflight(APP, "DELETE"));
    assert_eq!(
        String::from_utf8(told).unwrap(),
        "DEBUG corsac: CORS request refused: the policy does not allow this method \
         kind=\"preflight\" rejection=\"method-not-allowed\" offending=DELETE\n"
    );
}

#[test]
fn what_is_allowed_is_not_told() {
    for request in [request("GET", None), request("GET", Some(APP)), preflight(APP, "PUT")] {
        assert_eq!(log(Level::TRACE, |layer| layer, request), b"");
    }
}

#[test]
fn the_level_is_the_embedders() {
    let levels = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];
    for level in levels {
        for least in levels {
            let told = log(least, |layer| layer.trace_refused(level), request("GET", Some(EVIL)));
            let told = String::from_utf8(told).unwrap();
            assert_eq!(told.starts_with(&format!("{level:>5} corsac: ")), level <= least, "{told}");
        }
    }
}

/// A header value of the `http` crate cannot hold CR or LF; what it can hold is escaped all the
/// same: a tab, the bytes of a terminal's control sequences, and what is no UTF-8.
#[test]
fn what_the_request_holds_is_escaped() {
    for hostile in [
        &b"https://a.example\tINFO all is well"[..],
        b"https://a.example\x9b2J",
        b"https://a.example\xc2\x9b31m",
        b"\xff\xfe",
        b"\" rejection=\"none",
    ] {
        let mut request = request("GET", None);
        request.headers_mut().insert("origin", HeaderValue::from_bytes(hostile).unwrap());
        let told = log(Level::TRACE, |layer| layer, request);
        let (end, line) = told.split_last().unwrap();
        assert_eq!(*end, b'\n');
        assert!(line.iter().all(|byte| (b' '..=b'~').contains(byte)), "{}", line.escape_ascii());
        assert!(line.ends_with(hostile.escape_ascii().to_string().as_bytes()));
    }
}

/// The same bytes as they would be told for any source of a request, with CR and LF among them.
#[test]
fn a_line_break_never_comes_through() {
    let policy = Policy::builder().allow_origins([APP]).build().unwrap();
    let fields = [("origin", &b"https://a.example\r\nERROR forged"[..])];
    let request = corsac::Request::from_fields("GET", fields);
    let decision = policy.evaluate(&request);
    let offending = decision.offending().unwrap().to_string();
    assert_eq!(offending, r"https://a.example\r\nERROR forged");
}
