#pragma once
// Newer libraries (Debian 13 has 1.14) keep the calls of 1.10 under these names.
#define H5_USE_110_API
#include <hdf5.h>
#include <string.h>

// Swift does not see macros that run code (every H5T_ and H5P_ constant calls H5open first) or that cast. One function a macro.

static inline hid_t h5x_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t h5x_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t h5x_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t h5x_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t h5x_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t h5x_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t h5x_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t h5x_native_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t h5x_native_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t h5x_native_float64(void) { return H5T_NATIVE_DOUBLE; }

static inline hid_t h5x_stored_int8(void) { return H5T_STD_I8LE; }
static inline hid_t h5x_stored_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t h5x_stored_int16(void) { return H5T_STD_I16LE; }
static inline hid_t h5x_stored_uint16(void) { return H5T_STD_U16LE; }
static inline hid_t h5x_stored_int32(void) { return H5T_STD_I32LE; }
static inline hid_t h5x_stored_uint32(void) { return H5T_STD_U32LE; }
static inline hid_t h5x_stored_int64(void) { return H5T_STD_I64LE; }
static inline hid_t h5x_stored_uint64(void) { return H5T_STD_U64LE; }
static inline hid_t h5x_stored_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t h5x_stored_float64(void) { return H5T_IEEE_F64LE; }

static inline hid_t h5x_c_string(void) { return H5T_C_S1; }
static inline size_t h5x_variable_length(void) { return H5T_VARIABLE; }

static inline hid_t h5x_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t h5x_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t h5x_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t h5x_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t h5x_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t h5x_link_create(void) { return H5P_LINK_CREATE; }

static inline unsigned h5x_access_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned h5x_access_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned h5x_access_exclusive(void) { return H5F_ACC_EXCL; }
static inline unsigned h5x_access_truncate(void) { return H5F_ACC_TRUNC; }
static inline hsize_t h5x_unlimited(void) { return H5S_UNLIMITED; }
static inline haddr_t h5x_undefined_address(void) { return HADDR_UNDEF; }

// Calls that were renamed with a number in 1.12; the macros above choose the shape of 1.10.
static inline herr_t h5x_iterate_links(hid_t group, H5L_iterate_t visit, void *context) {
    hsize_t index = 0;
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &index, visit, context);
}
static inline herr_t h5x_link_info(hid_t location, const char *name, H5L_info_t *info) {
    return H5Lget_info(location, name, info, H5P_DEFAULT);
}
/// Address of the object header, its file's number (the same for two handles of one file), and the kind of object.
static inline herr_t h5x_object_header(hid_t object, haddr_t *address, unsigned long *file, H5O_type_t *kind) {
    H5O_info_t info;
    herr_t status = H5Oget_info2(object, &info, H5O_INFO_BASIC);
    *address = info.addr;
    *file = info.fileno;
    *kind = info.type;
    return status;
}
/// strnlen: bytes before the end of a C string, looking at no more than `limit` of them.
static inline size_t h5x_text_length(const char *text, size_t limit) {
    const void *end = memchr(text, 0, limit);
    return end ? (size_t)((const char *)end - text) : limit;
}
