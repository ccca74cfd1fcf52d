package io.densenet.interop.pytorch;

import io.densenet.error.MalformedFileException;
import io.densenet.error.UnsupportedFormatException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A machine for the part of Python's pickle language, protocols 2 to 5, in which PyTorch writes state
/// dicts and what usually stands beside them.
///
/// It makes descriptions ([Pickled]) and nothing else: a name that is not in [Global] ends it, and calls
/// are only looked at. Every instruction takes at least one byte and makes at most one small value, so that
/// memory is bounded by [#MAXIMUM_OPERATIONS] and [#MAXIMUM_BYTES]; nothing is copied before the input is
/// known to hold it.
///
/// Reference: the comments of Python's `pickletools` (the language, no code).
final class Unpickler {
    /// A DenseNet-264 with its optimizer takes about 100,000.
    static final int MAXIMUM_OPERATIONS = 2_000_000;

    static final long MAXIMUM_BYTES = 64 << 20;

    private static final int MAXIMUM_NESTING = 1000;
    private static final int LONGEST_INTEGER = 1024;
    private static final int HIGHEST_PROTOCOL = 5;
    private static final int LOWEST_PROTOCOL = 2;

    private final Input in;
    private final TensorRebuilder rebuilder;
    private final List<Pickled> stack = new ArrayList<>();

    /// The size of the stack at each MARK that is still open.
    private final List<Integer> marks = new ArrayList<>();

    private final Map<Long, Pickled> memo = new HashMap<>();

    /// Where the present instruction begins.
    private long at;

    private Unpickler(Input in, TensorRebuilder rebuilder) {
        this.in = in;
        this.rebuilder = rebuilder;
    }

    /// Reads one pickle; the input then stands behind it.
    static Pickled load(Input in, TensorRebuilder rebuilder) throws IOException {
        return new Unpickler(in, rebuilder).run();
    }

    private Pickled run() throws IOException {
        long start = in.position();
        for (int operation = 0; operation < MAXIMUM_OPERATIONS; operation++) {
            at = in.position();
            if (at - start > MAXIMUM_BYTES) {
                throw in.unsupported("holds a pickle of more than %,d bytes".formatted(MAXIMUM_BYTES));
            }
            int code = in.unsignedByte();
            if (operation == 0 && code != 0x80) {
                throw malformed("expected a pickle of protocol 2 to 5");
            }
            if (code == '.') {
                Pickled result = pop();
                if (!stack.isEmpty() || !marks.isEmpty()) {
                    throw malformed("the pickle ends with unfinished values");
                }
                return result;
            }
            execute(code);
        }
        throw in.unsupported("holds a pickle of more than %,d instructions".formatted(MAXIMUM_OPERATIONS));
    }

    /// One line for each instruction, its name in Python behind it; longer than other methods for that
    /// reason.
    private void execute(int code) throws IOException {
        switch (code) {
            case 0x80 -> protocol(); // PROTO
            case 0x95 -> frame(); // FRAME
            case 'N' -> push(Pickled.Constant.NONE); // NONE
            case 0x88 -> push(Pickled.Constant.TRUE); // NEWTRUE
            case 0x89 -> push(Pickled.Constant.FALSE); // NEWFALSE
            case 'J' -> push(new Pickled.Whole(in.signedInt())); // BININT
            case 'K' -> push(new Pickled.Whole(in.unsignedByte())); // BININT1
            case 'M' -> push(new Pickled.Whole(in.unsignedShort())); // BININT2
            case 0x8A -> integer(in.unsignedByte()); // LONG1
            case 0x8B -> integer(in.signedInt()); // LONG4
            case 'G' -> push(new Pickled.Real(in.bigEndianDouble())); // BINFLOAT
            case 0x8C -> push(text(in.unsignedByte())); // SHORT_BINUNICODE
            case 'X' -> push(text(in.unsignedInt())); // BINUNICODE
            case 0x8D -> push(text(in.signedLong())); // BINUNICODE8
            case 'U' -> push(text(in.unsignedByte())); // SHORT_BINSTRING, of Python 2
            case 'T' -> push(text(in.signedInt())); // BINSTRING, of Python 2
            case 'C' -> bytes(in.unsignedByte()); // SHORT_BINBYTES
            case 'B' -> bytes(in.unsignedInt()); // BINBYTES
            case 0x8E, 0x96 -> bytes(in.signedLong()); // BINBYTES8, BYTEARRAY8
            case ')' -> push(new Pickled.Tuple(List.of())); // EMPTY_TUPLE
            case 0x85 -> tuple(1); // TUPLE1
            case 0x86 -> tuple(2); // TUPLE2
            case 0x87 -> tuple(3); // TUPLE3
            case 't' -> push(new Pickled.Tuple(popMark())); // TUPLE
            case ']' -> push(new Pickled.Listing()); // EMPTY_LIST
            case 'a' -> append(List.of(pop())); // APPEND
            case 'e' -> append(popMark()); // APPENDS
            case '}' -> push(new Pickled.Dict()); // EMPTY_DICT
            case 's' -> setItems(pop(2)); // SETITEM
            case 'u' -> setItems(popMark()); // SETITEMS
            case 0x8F -> push(new Pickled.Opaque("set")); // EMPTY_SET
            case 0x90 -> addItems(popMark()); // ADDITEMS
            case 0x91 -> frozenSet(popMark()); // FROZENSET
            case '(' -> mark(); // MARK
            case 'q' -> memo.put((long) in.unsignedByte(), peek()); // BINPUT
            case 'r' -> memo.put(in.unsignedInt(), peek()); // LONG_BINPUT
            case 0x94 -> memo.put((long) memo.size(), peek()); // MEMOIZE
            case 'h' -> push(memorized(in.unsignedByte())); // BINGET
            case 'j' -> push(memorized(in.unsignedInt())); // LONG_BINGET
            case 'c' -> push(global(in.line(), in.line())); // GLOBAL
            case 0x93 -> stackGlobal(pop(2)); // STACK_GLOBAL
            case 'R' -> call(pop(2), true); // REDUCE
            case 0x81 -> call(pop(2), false); // NEWOBJ
            case 'b' -> build(pop()); // BUILD
            case 'Q' -> push(rebuilder.storage(in, at, pop())); // BINPERSID
            default -> throw unknown(code);
        }
    }

    private IOException unknown(int code) {
        String name = switch (code) {
            case 'i' -> "INST";
            case 'o' -> "OBJ";
            case 0x92 -> "NEWOBJ_EX";
            case 0x82 -> "EXT1";
            case 0x83 -> "EXT2";
            case 0x84 -> "EXT4";
            case 'P' -> "PERSID";
            case '0' -> "POP";
            case '1' -> "POP_MARK";
            case '2' -> "DUP";
            case 'F' -> "FLOAT";
            case 'I' -> "INT";
            case 'L' -> "LONG";
            case 'S' -> "STRING";
            case 'V' -> "UNICODE";
            case 'd' -> "DICT";
            case 'l' -> "LIST";
            case 'p' -> "PUT";
            case 'g' -> "GET";
            case 0x97 -> "NEXT_BUFFER";
            case 0x98 -> "READONLY_BUFFER";
            default -> "";
        };
        return name.isEmpty()
                ? malformed("expected an instruction of a pickle, found the byte 0x%02X".formatted(code))
                : in.unsupported(
                        "uses the pickle instruction %s (offset %,d), which no state dict needs".formatted(name, at));
    }

    private void protocol() throws IOException {
        int version = in.unsignedByte();
        if (version < LOWEST_PROTOCOL || version > HIGHEST_PROTOCOL) {
            throw in.unsupported("is a pickle of protocol %d; %d to %d are read"
                    .formatted(version, LOWEST_PROTOCOL, HIGHEST_PROTOCOL));
        }
    }

    /// A frame tells how much to read ahead, nothing more.
    private void frame() throws IOException {
        long length = in.signedLong();
        if (length < 0 || length > in.remaining()) {
            throw malformed("a frame of %s bytes begins here, %,d follow"
                    .formatted(Long.toUnsignedString(length), in.remaining()));
        }
    }

    private void integer(int length) throws IOException {
        if (length < 0 || length > LONGEST_INTEGER) {
            throw malformed("an integer of %,d bytes; at most %,d are read".formatted(length, LONGEST_INTEGER));
        }
        byte[] littleEndian = in.array(length);
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = littleEndian[length - 1 - i];
        }
        BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        push(value.bitLength() < Long.SIZE ? new Pickled.Whole(value.longValueExact()) : new Pickled.Huge(value));
    }

    private Pickled.Text text(long length) throws IOException {
        return new Pickled.Text(in.text(length));
    }

    private void bytes(long length) throws IOException {
        in.skip(length);
        push(new Pickled.Opaque("bytes"));
    }

    private void tuple(int size) throws IOException {
        push(new Pickled.Tuple(pop(size)));
    }

    private void append(List<Pickled> items) throws IOException {
        if (!(peek() instanceof Pickled.Listing list)) {
            throw malformed("appends to %s, expected a list".formatted(peek().describe()));
        }
        list.items().addAll(items);
    }

    private void setItems(List<Pickled> items) throws IOException {
        if (items.size() % 2 != 0) {
            throw malformed("a key without its value");
        }
        Pickled target = peek();
        if (!(target instanceof Pickled.Dict dict)) {
            throw malformed("sets an item of %s, expected a dictionary".formatted(target.describe()));
        }
        for (int i = 0; i < items.size(); i += 2) {
            dict.entries().add(new Pickled.Entry(items.get(i), items.get(i + 1)));
        }
    }

    private void addItems(List<Pickled> items) throws IOException {
        if (!(peek() instanceof Pickled.Opaque(String kind) && kind.equals("set"))) {
            throw malformed("adds %,d items to %s, expected a set".formatted(items.size(), peek().describe()));
        }
    }

    private void frozenSet(List<Pickled> items) {
        push(new Pickled.Opaque("frozenset of " + items.size()));
    }

    private Pickled memorized(long index) throws IOException {
        Pickled value = memo.get(index);
        if (value == null) {
            throw malformed("asks for value %,d, which was not kept".formatted(index));
        }
        return value;
    }

    private void stackGlobal(List<Pickled> names) throws IOException {
        if (!(names.get(0) instanceof Pickled.Text(String module)
                && names.get(1) instanceof Pickled.Text(String name))) {
            throw malformed("expected module and name as two strings");
        }
        push(global(module, name));
    }

    private Pickled global(String module, String name) throws IOException {
        Pickled.Name known = Global.named(module, name).orElse(null);
        if (known == null) {
            throw new UnsupportedFormatException(in.file(), Advice.onClass(module + "." + name, stack, marks));
        }
        return known;
    }

    /// Looks at a call: what it would give is described, whatever the function does.
    ///
    /// @param reduce whether it is a call of a function; otherwise an object of a class is made
    private void call(List<Pickled> functionAndArguments, boolean reduce) throws IOException {
        if (!(functionAndArguments.get(0) instanceof Pickled.Name function)) {
            throw malformed("calls %s".formatted(functionAndArguments.get(0).describe()));
        }
        if (!(functionAndArguments.get(1) instanceof Pickled.Tuple arguments)) {
            throw malformed("calls %s with %s, expected a tuple of arguments"
                    .formatted(function.qualified(), functionAndArguments.get(1).describe()));
        }
        if (!reduce && function.global() != Global.PLAIN) {
            throw malformed("makes an object of %s, which is none of plain data".formatted(function.qualified()));
        }
        push(rebuilder.call(in, at, function, arguments.items()));
    }

    /// The state of an object: attributes that PyTorch gives an `OrderedDict` (`_metadata`), or those of
    /// something that is read over. Neither is needed.
    private void build(Pickled state) throws IOException {
        switch (peek()) {
            case Pickled.Dict _, Pickled.Opaque _ -> {}
            case Pickled other ->
                throw malformed("gives %s a state, which is %s".formatted(other.describe(), state.describe()));
        }
    }

    private void mark() throws IOException {
        if (marks.size() == MAXIMUM_NESTING) {
            throw in.unsupported("holds values nested more than %,d deep".formatted(MAXIMUM_NESTING));
        }
        marks.add(stack.size());
    }

    private void push(Pickled value) {
        stack.add(value);
    }

    /// How much of the stack belongs to what is before the last mark.
    private int floor() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }

    private Pickled peek() throws IOException {
        requireOnStack(1);
        return stack.getLast();
    }

    private Pickled pop() throws IOException {
        requireOnStack(1);
        return stack.removeLast();
    }

    private List<Pickled> pop(int count) throws IOException {
        requireOnStack(count);
        List<Pickled> top = stack.subList(stack.size() - count, stack.size());
        List<Pickled> values = List.copyOf(top);
        top.clear();
        return values;
    }

    private List<Pickled> popMark() throws IOException {
        if (marks.isEmpty()) {
            throw malformed("the end of a list that did not begin");
        }
        List<Pickled> values = pop(stack.size() - floor());
        marks.removeLast();
        return values;
    }

    private void requireOnStack(int count) throws IOException {
        if (stack.size() - floor() < count) {
            throw malformed("needs %d values, found %d".formatted(count, stack.size() - floor()));
        }
    }

    private MalformedFileException malformed(String reason) {
        return in.malformed(at, reason);
    }
}
