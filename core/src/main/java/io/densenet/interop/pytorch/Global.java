package io.densenet.interop.pytorch;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The allow-list: which Python names a pickle may mention. None of them is looked up or called; the
/// constants say what the [Unpickler] makes of a call.
enum Global {
    /// Makes a dictionary.
    DICTIONARY,
    /// Gives the tuple that it is called with.
    SIZE,
    /// `(storage, offset, size, stride)` and, behind them, what does not matter here.
    REBUILD_TENSOR,
    /// The same; the element type comes behind, for types that have no storage of their own.
    REBUILD_TENSOR_OF_TYPE,
    /// `(tensor, …)`
    REBUILD_PARAMETER,
    /// `(function, class, arguments, state)`, for tensors with attributes.
    REBUILD_FROM_TYPE,
    /// The class of a storage.
    STORAGE,
    /// The type of elements.
    DTYPE,
    /// A class or function whose results no state dict needs.
    PLAIN;

    private static final Map<String, Global> NAMES = Map.ofEntries(
            Map.entry("collections.OrderedDict", DICTIONARY),
            Map.entry("collections.defaultdict", DICTIONARY),
            Map.entry("torch.Size", SIZE),
            Map.entry("torch._utils._rebuild_tensor", REBUILD_TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v2", REBUILD_TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v3", REBUILD_TENSOR_OF_TYPE),
            Map.entry("torch._utils._rebuild_parameter", REBUILD_PARAMETER),
            Map.entry("torch._utils._rebuild_parameter_with_state", REBUILD_PARAMETER),
            Map.entry("torch._tensor._rebuild_from_type_v2", REBUILD_FROM_TYPE));

    /// What checkpoints hold beside the weights: arguments of the training script, NumPy's numbers (a best
    /// accuracy), milestones of a schedule.
    private static final Set<String> PLAIN_NAMES = Set.of(
            "argparse.Namespace",
            "collections.Counter",
            "torch.device",
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.nn.parameter.Buffer",
            "torch.serialization._get_layout",
            "torch._utils._rebuild_sparse_tensor",
            "numpy.dtype",
            "numpy.ndarray",
            "numpy.core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar",
            "numpy._core.multiarray._reconstruct",
            "_codecs.encode",
            "pathlib.Path",
            "pathlib.PosixPath",
            "pathlib.WindowsPath");

    /// Python's own classes of plain data, in Python 3 and 2.
    private static final Set<String> BUILTINS = Set.of("builtins", "__builtin__");

    private static final Set<String> PLAIN_BUILTINS = Set.of(
            "set",
            "frozenset",
            "list",
            "tuple",
            "dict",
            "int",
            "long",
            "float",
            "complex",
            "bool",
            "str",
            "bytes",
            "bytearray",
            "range",
            "xrange",
            "slice",
            "object");

    private static final Set<String> STORAGE_MODULES = Set.of("torch", "torch.cuda", "torch.storage");

    /// What a name stands for; nothing when it is not allowed.
    static Optional<Pickled.Name> named(String module, String name) {
        String qualified = module + "." + name;
        if (NAMES.containsKey(qualified)) {
            return Optional.of(new Pickled.Name(NAMES.get(qualified), qualified, null));
        }
        if (PLAIN_NAMES.contains(qualified) || (BUILTINS.contains(module) && PLAIN_BUILTINS.contains(name))) {
            return Optional.of(new Pickled.Name(PLAIN, qualified, null));
        }
        Optional<ElementType> stored =
                STORAGE_MODULES.contains(module) ? ElementType.ofStorageClass(name) : Optional.empty();
        if (stored.isPresent()) {
            return stored.map(type -> new Pickled.Name(STORAGE, qualified, type));
        }
        return module.equals("torch")
                ? ElementType.ofDtype(name).map(type -> new Pickled.Name(DTYPE, qualified, type))
                : Optional.empty();
    }
}
