//! The host's side of proxy-wasm's [binary
//! interface](https://github.com/proxy-wasm/spec/tree/main/abi-versions/v0.2.1), as far as this
//! filter calls it: what is behind the calls, whoever makes them.

pub mod machine;
pub mod native;

use std::cell::RefCell;
use std::rc::Rc;

pub type Headers = Vec<(String, Vec<u8>)>;

/// What the filter sees while it is called.
#[derive(Debug, Default)]
pub struct Seen {
    configuration: Vec<u8>,
    request: Headers,
    response: Headers,
    local: Option<Local>,
}

/// A response of the filter's own.
#[derive(Debug)]
pub struct Local {
    pub status: u32,
    pub headers: Headers,
}

/// Where a filter runs: what it exports.
pub trait Machine {
    fn put(&mut self, seen: Seen);
    fn take(&mut self) -> Seen;
    fn on_context_create(&mut self, context: u32, root: u32);
    fn on_configure(&mut self, context: u32, size: usize) -> bool;
    /// Whether the request goes on.
    fn on_request_headers(&mut self, context: u32, count: usize) -> bool;
    fn on_response_headers(&mut self, context: u32, count: usize);
    fn on_delete(&mut self, context: u32);
}

/// A filter that runs.
#[derive(Clone)]
pub struct Host {
    machine: Rc<RefCell<dyn Machine>>,
    last: Rc<RefCell<u32>>,
}

const ROOT: u32 = 1;

impl Host {
    /// Starts it; `None` if it refuses its configuration.
    pub fn start(mut machine: impl Machine + 'static, configuration: Vec<u8>) -> Option<Self> {
        let size = configuration.len();
        machine.put(Seen { configuration, ..Seen::default() });
        machine.on_context_create(ROOT, 0);
        machine.on_configure(ROOT, size).then(|| Self {
            machine: Rc::new(RefCell::new(machine)),
            last: Rc::new(RefCell::new(ROOT)),
        })
    }

    pub fn stream(&self) -> Stream {
        let mut last = self.last.borrow_mut();
        *last += 1;
        self.machine.borrow_mut().on_context_create(*last, ROOT);
        Stream { machine: Rc::clone(&self.machine), id: *last }
    }
}

/// One request and its response.
pub struct Stream {
    machine: Rc<RefCell<dyn Machine>>,
    id: u32,
}

impl Stream {
    /// The filter's own response, if it has one.
    pub fn on_request_headers(&self, request: Headers) -> Option<Local> {
        let mut machine = self.machine.borrow_mut();
        let count = request.len();
        machine.put(Seen { request, ..Seen::default() });
        let goes_on = machine.on_request_headers(self.id, count);
        let local = machine.take().local;
        assert_eq!(goes_on, local.is_none(), "a request waits for nothing");
        local
    }

    /// The headers as the filter leaves them.
    pub fn on_response_headers(&self, response: Headers) -> Headers {
        let mut machine = self.machine.borrow_mut();
        let count = response.len();
        machine.put(Seen { response, ..Seen::default() });
        machine.on_response_headers(self.id, count);
        machine.take().response
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.machine.borrow_mut().on_delete(self.id);
    }
}

// Numbers of the interface.
const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const CONTINUE: u32 = 0;
const PLUGIN_CONFIGURATION: u32 = 7;
const REQUEST_HEADERS: u32 = 0;
const RESPONSE_HEADERS: u32 = 2;

/// What the filter's library could import, and this filter never calls.
const NEVER_CALLED: &str = "the filter calls what this host does not have: ";

impl Seen {
    fn log(text: &[u8]) {
        eprintln!("{}", String::from_utf8_lossy(text));
    }

    fn buffer(&self, kind: u32, start: usize, most: usize) -> Option<Vec<u8>> {
        let part = self.configuration.iter().skip(start).take(most);
        (kind == PLUGIN_CONFIGURATION).then(|| part.copied().collect())
    }

    fn map(&mut self, kind: u32) -> Option<&mut Headers> {
        match kind {
            REQUEST_HEADERS => Some(&mut self.request),
            RESPONSE_HEADERS => Some(&mut self.response),
            _ => None,
        }
    }

    fn add(&mut self, kind: u32, name: &[u8], value: &[u8]) -> u32 {
        let Some(headers) = self.map(kind) else { return NOT_FOUND };
        headers.push((String::from_utf8_lossy(name).into_owned(), value.to_vec()));
        OK
    }

    fn remove(&mut self, kind: u32, name: &[u8]) -> u32 {
        let Some(headers) = self.map(kind) else { return NOT_FOUND };
        headers.retain(|(other, _)| !other.as_bytes().eq_ignore_ascii_case(name));
        OK
    }

    fn answer(&mut self, status: u32, headers: &[u8]) -> u32 {
        self.local = Some(Local { status, headers: read_map(headers) });
        OK
    }
}

/// A map as it goes to the filter: the number of pairs, the lengths of each, and the texts, each
/// with a zero after it.
fn write_map(headers: &Headers) -> Vec<u8> {
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let mut map = Vec::from(number(headers.len()));
    for (name, value) in headers {
        map.extend([number(name.len()), number(value.len())].concat());
    }
    for (name, value) in headers {
        map.extend([name.as_bytes(), b"\0", value, b"\0"].concat());
    }
    map
}

/// A map as it comes from the filter.
fn read_map(map: &[u8]) -> Headers {
    let number = |at: usize| {
        let bytes = map.get(at * 4..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    let count = number(0).unwrap_or_default();
    let mut rest = map.get((1 + 2 * count) * 4..).unwrap_or_default();
    let mut text = |size: usize| {
        let (text, more) = rest.split_at_checked(size)?;
        rest = more.get(1..).unwrap_or_default();
        Some(text.to_vec())
    };
    (0..count)
        .filter_map(|at| {
            let name = text(number(1 + 2 * at)?)?;
            let value = text(number(2 + 2 * at)?)?;
            Some((String::from_utf8_lossy(&name).into_owned(), value))
        })
        .collect()
}
