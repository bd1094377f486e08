//! The host's side of proxy-wasm's [binary
//! interface](https://github.com/proxy-wasm/spec/tree/main/abi-versions/v0.2.1), as far as this filter
//! calls it, with pointers of this machine instead of WebAssembly's.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};

use proxy_wasm::types::{Action, BufferType, LogLevel, MapType, Status};

pub type Headers = Vec<(String, Vec<u8>)>;

/// What the filter sees, while it is called.
#[derive(Default)]
struct Seen {
    configuration: Vec<u8>,
    request: Headers,
    response: Headers,
    local: Option<Local>,
}

/// A response of the filter's own.
pub struct Local {
    pub status: u32,
    pub headers: Headers,
}

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

const ROOT: u32 = 1;
static LAST: AtomicU32 = AtomicU32::new(ROOT);

/// Starts the filter; false if it refuses its configuration.
pub fn start(configuration: Vec<u8>) -> bool {
    let size = configuration.len();
    SEEN.with_borrow_mut(|seen| seen.configuration = configuration);
    cors_filter::_initialize();
    // SAFETY: these are functions of the filter; they take numbers and call the functions below.
    unsafe {
        proxy_on_context_create(ROOT, 0);
        proxy_on_vm_start(ROOT, 0) && proxy_on_configure(ROOT, size)
    }
}

/// One request and its response.
pub struct Stream {
    id: u32,
}

impl Stream {
    pub fn new() -> Self {
        let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        // SAFETY: as in `start`.
        unsafe { proxy_on_context_create(id, ROOT) };
        Self { id }
    }

    /// The filter's own response, if it has one.
    pub fn on_request_headers(&self, headers: Headers) -> Option<Local> {
        let count = headers.len();
        SEEN.with_borrow_mut(|seen| seen.request = headers);
        // SAFETY: as in `start`.
        let action = unsafe { proxy_on_request_headers(self.id, count, true) };
        let local = SEEN.with_borrow_mut(|seen| seen.local.take());
        assert_eq!(action == Action::Pause, local.is_some(), "a request waits for nothing");
        local
    }

    /// The headers as the filter leaves them.
    pub fn on_response_headers(&self, headers: Headers) -> Headers {
        let count = headers.len();
        SEEN.with_borrow_mut(|seen| seen.response = headers);
        // SAFETY: as in `start`.
        unsafe { proxy_on_response_headers(self.id, count, true) };
        SEEN.with_borrow_mut(|seen| std::mem::take(&mut seen.response))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: as in `start`.
        unsafe {
            proxy_on_done(self.id);
            proxy_on_log(self.id);
            proxy_on_delete(self.id);
        }
    }
}

// What the filter exports.
unsafe extern "C" {
    fn proxy_on_context_create(context: u32, root: u32);
    fn proxy_on_vm_start(context: u32, size: usize) -> bool;
    fn proxy_on_configure(context: u32, size: usize) -> bool;
    fn proxy_on_request_headers(context: u32, count: usize, end: bool) -> Action;
    fn proxy_on_response_headers(context: u32, count: usize, end: bool) -> Action;
    fn proxy_on_done(context: u32) -> bool;
    fn proxy_on_log(context: u32);
    fn proxy_on_delete(context: u32);
}

// What it imports.

/// # Safety
/// There are `size` bytes at `data`, or none if it is null.
unsafe fn bytes<'a>(data: *const u8, size: usize) -> &'a [u8] {
    // SAFETY: the caller's.
    if data.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(data, size) } }
}

/// Gives bytes away, as the filter takes them: with a capacity that is their length.
///
/// # Safety
/// The places can be written to.
unsafe fn give(bytes: Vec<u8>, data: *mut *mut u8, size: *mut usize) {
    let bytes = bytes.into_boxed_slice();
    // SAFETY: the caller's.
    unsafe {
        *size = bytes.len();
        *data = Box::into_raw(bytes).cast();
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_log(_: LogLevel, data: *const u8, size: usize) -> Status {
    // SAFETY: the filter gives a text.
    eprintln!("{}", String::from_utf8_lossy(unsafe { bytes(data, size) }));
    Status::Ok
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_get_buffer_bytes(
    kind: BufferType,
    start: usize,
    most: usize,
    data: *mut *mut u8,
    size: *mut usize,
) -> Status {
    if kind != BufferType::PluginConfiguration {
        return Status::NotFound;
    }
    let part = SEEN.with_borrow(|seen| {
        seen.configuration.iter().skip(start).take(most).copied().collect::<Vec<_>>()
    });
    // SAFETY: the filter gives places of its own.
    unsafe { give(part, data, size) };
    Status::Ok
}

/// The map, counted and with zeros after each text.
#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_get_header_map_pairs(
    kind: MapType,
    data: *mut *mut u8,
    size: *mut usize,
) -> Status {
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let map = with_map(kind, |headers| {
        let mut map = Vec::from(number(headers.len()));
        for (name, value) in headers.iter() {
            map.extend([number(name.len()), number(value.len())].concat());
        }
        for (name, value) in headers.iter() {
            map.extend([name.as_bytes(), b"\0", value, b"\0"].concat());
        }
        map
    });
    // SAFETY: the filter gives places of its own.
    unsafe { give(map, data, size) };
    Status::Ok
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_remove_header_map_value(
    kind: MapType,
    name: *const u8,
    size: usize,
) -> Status {
    // SAFETY: the filter gives a text.
    let name = unsafe { bytes(name, size) };
    with_map(kind, |headers| {
        headers.retain(|(other, _)| !other.as_bytes().eq_ignore_ascii_case(name));
    });
    Status::Ok
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_add_header_map_value(
    kind: MapType,
    name: *const u8,
    name_size: usize,
    value: *const u8,
    value_size: usize,
) -> Status {
    // SAFETY: the filter gives texts.
    let (name, value) = unsafe { (bytes(name, name_size), bytes(value, value_size)) };
    let name = String::from_utf8_lossy(name).into_owned();
    with_map(kind, |headers| headers.push((name, value.to_vec())));
    Status::Ok
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_send_local_response(
    status: u32,
    _details: *const u8,
    _details_size: usize,
    _body: *const u8,
    _body_size: usize,
    headers: *const u8,
    headers_size: usize,
    _grpc_status: i32,
) -> Status {
    // SAFETY: the filter gives a map.
    let headers = read_map(unsafe { bytes(headers, headers_size) });
    SEEN.with_borrow_mut(|seen| seen.local = Some(Local { status, headers }));
    Status::Ok
}

fn with_map<R>(kind: MapType, act: impl FnOnce(&mut Headers) -> R) -> R {
    SEEN.with_borrow_mut(|seen| match kind {
        MapType::HttpRequestHeaders => act(&mut seen.request),
        MapType::HttpResponseHeaders => act(&mut seen.response),
        _ => act(&mut Headers::new()),
    })
}

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

/// What the filter's library could import, and this filter never calls.
macro_rules! never_called {
    ($($name:ident)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name() -> u32 {
                eprintln!("the filter calls {}, which this host does not have", stringify!($name));
                std::process::abort()
            }
        )*
    };
}

never_called! {
    proxy_call_foreign_function proxy_close_stream proxy_continue_stream proxy_define_metric
    proxy_dequeue_shared_queue proxy_done proxy_enqueue_shared_queue
    proxy_get_current_time_nanoseconds proxy_get_header_map_value proxy_get_log_level
    proxy_get_metric proxy_get_property proxy_get_shared_data proxy_get_status proxy_grpc_call
    proxy_grpc_cancel proxy_grpc_close proxy_grpc_send proxy_grpc_stream proxy_http_call
    proxy_increment_metric proxy_record_metric proxy_register_shared_queue
    proxy_replace_header_map_value proxy_resolve_shared_queue proxy_set_buffer_bytes
    proxy_set_effective_context proxy_set_header_map_pairs proxy_set_property
    proxy_set_shared_data proxy_set_tick_period_milliseconds
}
