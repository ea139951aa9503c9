#pragma once
#include <stddef.h>

/// Whether anything is counted: not under a sanitizer, which brings an allocator itself.
int allocation_meter_counts(void);
/// Lets this process have so many bytes of addresses and no more, so that a huge request fails at once; does nothing under a
/// sanitizer, which needs them.
void allocation_meter_limit(size_t bytes);
/// Begins to count anew what this thread allocates.
void allocation_meter_reset(void);
/// The most bytes that this thread held at once since, of those that it has allocated since.
size_t allocation_meter_peak(void);
/// The largest request since.
size_t allocation_meter_largest(void);
/// Stops the process by SIGVTALRM when it has used this much processor time from now on; 0 calls it off.
void allocation_meter_deadline(long seconds);
