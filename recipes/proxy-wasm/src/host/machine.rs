//! The filter as WebAssembly, as a proxy runs it.

use std::path::Path;

use wasmi::{
    Caller, Engine, Error, Extern, ExternType, Func, Instance, Linker, Memory, Module, Store, Val,
};

use super::{CONTINUE, Machine, NEVER_CALLED, NOT_FOUND, OK, Seen, write_map};

/// A WebAssembly machine with the filter in it.
pub struct WebAssembly {
    store: Store<Seen>,
    instance: Instance,
}

impl WebAssembly {
    /// Loads the filter, and lets it set itself up.
    pub fn load(file: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let engine = Engine::default();
        let module = Module::new(&engine, std::fs::read(file)?)?;
        let mut store = Store::new(&engine, Seen::default());
        let linker = imports(&module, &mut store)?;
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        let mut machine = Self { store, instance };
        machine.call("_initialize", &[])?;
        Ok(machine)
    }

    /// Calls what it exports; 0 where that gives nothing.
    fn call(&mut self, name: &str, arguments: &[u32]) -> Result<u32, Error> {
        let function = self.instance.get_func(&self.store, name).ok_or_else(|| missing(name))?;
        let arguments: Vec<_> =
            arguments.iter().map(|&value| Val::I32(value.cast_signed())).collect();
        let results = function.ty(&self.store).results().len();
        let mut results = vec![Val::I32(0); results];
        function.call(&mut self.store, &arguments, &mut results)?;
        Ok(results.first().and_then(Val::i32).unwrap_or_default().cast_unsigned())
    }

    /// The same, where a filter that falls is the end.
    fn must(&mut self, name: &str, arguments: &[u32]) -> u32 {
        self.call(name, arguments)
            .unwrap_or_else(|error| kit::give_up(&format!("the filter fell in {name}: {error}")))
    }
}

fn size(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

impl Machine for WebAssembly {
    fn put(&mut self, seen: Seen) {
        *self.store.data_mut() = seen;
    }

    fn take(&mut self) -> Seen {
        std::mem::take(self.store.data_mut())
    }

    fn on_context_create(&mut self, context: u32, root: u32) {
        self.must("proxy_on_context_create", &[context, root]);
    }

    fn on_configure(&mut self, context: u32, length: usize) -> bool {
        self.must("proxy_on_vm_start", &[context, 0]) != 0
            && self.must("proxy_on_configure", &[context, size(length)]) != 0
    }

    fn on_request_headers(&mut self, context: u32, count: usize) -> bool {
        self.must("proxy_on_request_headers", &[context, size(count), 1]) == CONTINUE
    }

    fn on_response_headers(&mut self, context: u32, count: usize) {
        self.must("proxy_on_response_headers", &[context, size(count), 1]);
    }

    fn on_delete(&mut self, context: u32) {
        for name in ["proxy_on_done", "proxy_on_log", "proxy_on_delete"] {
            self.must(name, &[context]);
        }
    }
}

fn missing(name: &str) -> Error {
    Error::new(format!("the filter does not export {name}"))
}

// What it imports.

fn imports(module: &Module, store: &mut Store<Seen>) -> Result<Linker<Seen>, Error> {
    let mut linker = Linker::new(store.engine());
    // What the filter's library could import, and this filter never calls; what it does call stands
    // in its place below.
    linker.allow_shadowing(true);
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        let ExternType::Func(kind) = import.ty() else { continue };
        let message = format!("{NEVER_CALLED}{from}.{name}");
        let never =
            Func::new(&mut *store, kind.clone(), move |_, _, _| Err(Error::new(message.clone())));
        linker.define(from, name, never)?;
    }
    linker.func_wrap("env", "proxy_log", log)?;
    linker.func_wrap("env", "proxy_get_buffer_bytes", get_buffer)?;
    linker.func_wrap("env", "proxy_get_header_map_pairs", get_map)?;
    linker.func_wrap("env", "proxy_remove_header_map_value", remove)?;
    linker.func_wrap("env", "proxy_add_header_map_value", add)?;
    linker.func_wrap("env", "proxy_send_local_response", answer)?;
    Ok(linker)
}

type Called<'a> = Caller<'a, Seen>;

fn memory(caller: &Called<'_>) -> Result<Memory, Error> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    memory.ok_or_else(|| missing("memory"))
}

fn bytes(caller: &Called<'_>, at: u32, size: u32) -> Result<Vec<u8>, Error> {
    let memory = memory(caller)?;
    let part = memory.data(caller).get(at as usize..).and_then(|rest| rest.get(..size as usize));
    part.map(<[u8]>::to_vec).ok_or_else(|| Error::new("the filter points outside of its memory"))
}

/// Gives bytes to the filter, in memory that it makes room in.
fn give(caller: &mut Called<'_>, bytes: &[u8], data: u32, length: u32) -> Result<(), Error> {
    // By the interface's name for it, or by the one that older filters have, and those that are
    // built for wasm32-unknown-unknown.
    let by_name = |name| caller.get_export(name).and_then(Extern::into_func);
    let allocate = by_name("proxy_on_memory_allocate").or_else(|| by_name("malloc"));
    let allocate = allocate.ok_or_else(|| missing("malloc"))?.typed::<u32, u32>(&*caller)?;
    let at = allocate.call(&mut *caller, size(bytes.len()))?;
    let memory = memory(caller)?;
    let mut write = |at: u32, bytes: &[u8]| {
        memory
            .write(&mut *caller, at as usize, bytes)
            .map_err(|error| Error::new(error.to_string()))
    };
    write(at, bytes)?;
    write(data, &at.to_le_bytes())?;
    write(length, &size(bytes.len()).to_le_bytes())
}

fn log(caller: Called<'_>, _level: u32, at: u32, size: u32) -> Result<u32, Error> {
    Seen::log(&bytes(&caller, at, size)?);
    Ok(OK)
}

fn get_buffer(
    mut caller: Called<'_>,
    kind: u32,
    start: u32,
    most: u32,
    data: u32,
    size: u32,
) -> Result<u32, Error> {
    match caller.data().buffer(kind, start as usize, most as usize) {
        Some(part) => give(&mut caller, &part, data, size).map(|()| OK),
        None => Ok(NOT_FOUND),
    }
}

fn get_map(mut caller: Called<'_>, kind: u32, data: u32, size: u32) -> Result<u32, Error> {
    match caller.data_mut().map(kind).map(|headers| write_map(headers)) {
        Some(map) => give(&mut caller, &map, data, size).map(|()| OK),
        None => Ok(NOT_FOUND),
    }
}

fn remove(mut caller: Called<'_>, kind: u32, at: u32, size: u32) -> Result<u32, Error> {
    let name = bytes(&caller, at, size)?;
    Ok(caller.data_mut().remove(kind, &name))
}

fn add(
    mut caller: Called<'_>,
    kind: u32,
    name: u32,
    name_size: u32,
    value: u32,
    value_size: u32,
) -> Result<u32, Error> {
    let name = bytes(&caller, name, name_size)?;
    let value = bytes(&caller, value, value_size)?;
    Ok(caller.data_mut().add(kind, &name, &value))
}

#[expect(clippy::too_many_arguments, reason = "they are the interface's")]
fn answer(
    mut caller: Called<'_>,
    status: u32,
    _details: u32,
    _details_size: u32,
    _body: u32,
    _body_size: u32,
    headers: u32,
    headers_size: u32,
    _grpc_status: i32,
) -> Result<u32, Error> {
    let headers = bytes(&caller, headers, headers_size)?;
    Ok(caller.data_mut().answer(status, &headers))
}
