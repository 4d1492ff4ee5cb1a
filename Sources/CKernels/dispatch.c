#include "CKernels.h"

extern const faisceau_kernel_table faisceau_kernels_scalar;

#if defined(__x86_64__)
extern const faisceau_kernel_table faisceau_kernels_v2, faisceau_kernels_v3, faisceau_kernels_v4, faisceau_kernels_v4x;

const faisceau_kernel_table *faisceau_kernels(faisceau_level level) {
    switch (level) {
        case faisceau_level_scalar: return &faisceau_kernels_scalar;
        case faisceau_level_v2: return __builtin_cpu_supports("x86-64-v2") ? &faisceau_kernels_v2 : 0;
        case faisceau_level_v3: return __builtin_cpu_supports("x86-64-v3") ? &faisceau_kernels_v3 : 0;
        case faisceau_level_v4: return __builtin_cpu_supports("x86-64-v4") ? &faisceau_kernels_v4 : 0;
        case faisceau_level_v4x:
            return __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("gfni") && __builtin_cpu_supports("avx512vbmi")
                    && __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vnni")
                ? &faisceau_kernels_v4x
                : 0;
    }
    return 0;
}
#else
const faisceau_kernel_table *faisceau_kernels(faisceau_level level) {
    return level == faisceau_level_scalar ? &faisceau_kernels_scalar : 0;
}
#endif
