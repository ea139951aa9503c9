/* What the compiler was told about the target (`-Xcc -march=native` in Package.swift), as enumerators: Swift folds those
   before it specialises, so that kernels for other widths are never compiled. */
#ifndef TARGET_FEATURES_H
#define TARGET_FEATURES_H

#if defined(__FMA__) || defined(__aarch64__)
enum { target_has_fused_multiply_add = 1 };
#else
enum { target_has_fused_multiply_add = 0 };
#endif

/* Width of the widest vector register, in bytes. `-Xcc -DTARGET_VECTOR_BYTES=64` (or 32, 16) builds the kernels of another
   machine, which the compiler makes up from the registers that there are: right, but slow. */
#if defined(TARGET_VECTOR_BYTES)
enum { target_vector_bytes = TARGET_VECTOR_BYTES };
#elif defined(__AVX512F__)
enum { target_vector_bytes = 64 };
#elif defined(__AVX__)
enum { target_vector_bytes = 32 };
#else
enum { target_vector_bytes = 16 };
#endif

/* Asks for the cache line at an address that will soon be written. */
static inline void target_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

/* Tells the processor that this thread waits in a loop. */
static inline void target_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("isb");
#endif
}

#endif
