//! A heap that only ever grows, in static memory: enough for a policy, and for nothing else.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const SIZE: usize = 64 * 1024;

#[global_allocator]
static HEAP: Heap = Heap { memory: UnsafeCell::new([0; SIZE]), taken: AtomicUsize::new(0) };

struct Heap {
    memory: UnsafeCell<[u8; SIZE]>,
    taken: AtomicUsize,
}

// SAFETY: no two allocations are given the same bytes of `memory`, and nothing else touches it.
unsafe impl Sync for Heap {}

// SAFETY: what is given is inside `memory`, aligned as asked, and never given again.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = self.memory.get().cast::<u8>();
        let mut start = 0;
        let taken = self.taken.fetch_update(Relaxed, Relaxed, |taken| {
            let misaligned = memory.wrapping_add(taken).align_offset(layout.align());
            start = taken.checked_add(misaligned)?;
            start.checked_add(layout.size()).filter(|end| *end <= SIZE)
        });
        // A place inside `memory`, or none.
        taken.map_or(ptr::null_mut(), |_| memory.wrapping_add(start))
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
