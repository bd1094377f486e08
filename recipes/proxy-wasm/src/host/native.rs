//! The filter in this process, by the same calls, with pointers of this machine instead of
//! WebAssembly's.

use std::cell::RefCell;

use super::{CONTINUE, Machine, NEVER_CALLED, NOT_FOUND, OK, Seen, write_map};

/// The filter, compiled into this program.
pub struct Native;

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

impl Native {
    pub fn new() -> Self {
        cors_filter::_initialize();
        Self
    }
}

// SAFETY of all calls: these are functions of the filter; they take numbers, and call the functions
// below.
impl Machine for Native {
    fn put(&mut self, seen: Seen) {
        SEEN.set(seen);
    }

    fn take(&mut self) -> Seen {
        SEEN.take()
    }

    fn on_context_create(&mut self, context: u32, root: u32) {
        unsafe { proxy_on_context_create(context, root) };
    }

    fn on_configure(&mut self, context: u32, size: usize) -> bool {
        unsafe { proxy_on_vm_start(context, 0) && proxy_on_configure(context, size) }
    }

    fn on_request_headers(&mut self, context: u32, count: usize) -> bool {
        unsafe { proxy_on_request_headers(context, count, true) == CONTINUE }
    }

    fn on_response_headers(&mut self, context: u32, count: usize) {
        unsafe { proxy_on_response_headers(context, count, true) };
    }

    fn on_delete(&mut self, context: u32) {
        unsafe {
            proxy_on_done(context);
            proxy_on_log(context);
            proxy_on_delete(context);
        }
    }
}

// What the filter exports.
unsafe extern "C" {
    fn proxy_on_context_create(context: u32, root: u32);
    fn proxy_on_vm_start(context: u32, size: usize) -> bool;
    fn proxy_on_configure(context: u32, size: usize) -> bool;
    fn proxy_on_request_headers(context: u32, count: usize, end: bool) -> u32;
    fn proxy_on_response_headers(context: u32, count: usize, end: bool) -> u32;
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
unsafe extern "C" fn proxy_log(_level: u32, data: *const u8, size: usize) -> u32 {
    // SAFETY: the filter gives a text.
    Seen::log(unsafe { bytes(data, size) });
    OK
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_get_buffer_bytes(
    kind: u32,
    start: usize,
    most: usize,
    data: *mut *mut u8,
    size: *mut usize,
) -> u32 {
    match SEEN.with_borrow(|seen| seen.buffer(kind, start, most)) {
        Some(part) => {
            // SAFETY: the filter gives places of its own.
            unsafe { give(part, data, size) };
            OK
        }
        None => NOT_FOUND,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_get_header_map_pairs(
    kind: u32,
    data: *mut *mut u8,
    size: *mut usize,
) -> u32 {
    match SEEN.with_borrow_mut(|seen| seen.map(kind).map(|headers| write_map(headers))) {
        Some(map) => {
            // SAFETY: the filter gives places of its own.
            unsafe { give(map, data, size) };
            OK
        }
        None => NOT_FOUND,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_remove_header_map_value(kind: u32, name: *const u8, size: usize) -> u32 {
    // SAFETY: the filter gives a text.
    let name = unsafe { bytes(name, size) };
    SEEN.with_borrow_mut(|seen| seen.remove(kind, name))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn proxy_add_header_map_value(
    kind: u32,
    name: *const u8,
    name_size: usize,
    value: *const u8,
    value_size: usize,
) -> u32 {
    // SAFETY: the filter gives texts.
    let (name, value) = unsafe { (bytes(name, name_size), bytes(value, value_size)) };
    SEEN.with_borrow_mut(|seen| seen.add(kind, name, value))
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
) -> u32 {
    // SAFETY: the filter gives a map.
    let headers = unsafe { bytes(headers, headers_size) };
    SEEN.with_borrow_mut(|seen| seen.answer(status, headers))
}

macro_rules! never_called {
    ($($name:ident)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name() -> u32 {
                eprintln!("{NEVER_CALLED}{}", stringify!($name));
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
