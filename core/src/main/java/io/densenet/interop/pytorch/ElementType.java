package io.densenet.interop.pytorch;

import java.util.Arrays;
import java.util.Optional;

/// Element types of PyTorch's storages and tensors. What is not read is known all the same, so that it can
/// be passed over, or named.
enum ElementType {
    FLOAT32("FloatStorage", "float32", 4),
    FLOAT16("HalfStorage", "float16", 2),
    BFLOAT16("BFloat16Storage", "bfloat16", 2),
    FLOAT64("DoubleStorage", "float64", 8),
    INT64("LongStorage", "int64", 8),
    INT32("IntStorage", "int32", 4),
    INT16("ShortStorage", "int16", 2),
    INT8("CharStorage", "int8", 1),
    UINT8("ByteStorage", "uint8", 1),
    BOOL("BoolStorage", "bool", 1),
    COMPLEX64("ComplexFloatStorage", "complex64", 8),
    COMPLEX128("ComplexDoubleStorage", "complex128", 16),
    // the newer ones have no storage of their own, only bytes
    BYTES("UntypedStorage", "", 1),
    UINT16("", "uint16", 2),
    UINT32("", "uint32", 4),
    UINT64("", "uint64", 8),
    COMPLEX32("", "complex32", 4),
    FLOAT8_E4M3FN("", "float8_e4m3fn", 1),
    FLOAT8_E4M3FNUZ("", "float8_e4m3fnuz", 1),
    FLOAT8_E5M2("", "float8_e5m2", 1),
    FLOAT8_E5M2FNUZ("", "float8_e5m2fnuz", 1);

    private final String storageClass;
    private final String dtype;
    private final int bytes;

    ElementType(String storageClass, String dtype, int bytes) {
        this.storageClass = storageClass;
        this.dtype = dtype;
        this.bytes = bytes;
    }

    /// PyTorch's class of storages of this type, without its module.
    String storageClass() {
        return storageClass;
    }

    /// PyTorch's name of the type.
    String dtype() {
        return dtype;
    }

    /// Of one element.
    int bytes() {
        return bytes;
    }

    static Optional<ElementType> ofStorageClass(String name) {
        return Arrays.stream(values())
                .filter(type -> !name.isEmpty() && type.storageClass.equals(name))
                .findFirst();
    }

    static Optional<ElementType> ofDtype(String name) {
        return Arrays.stream(values())
                .filter(type -> !name.isEmpty() && type.dtype.equals(name))
                .findFirst();
    }
}
