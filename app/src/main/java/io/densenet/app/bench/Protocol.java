package io.densenet.app.bench;

/// What a bench process and its worker say to each other: a line of words for each request, and a line for
/// each answer.
///
/// | request              | answer                                              |
/// |----------------------|-----------------------------------------------------|
/// | (start)              | `ready`, version, description                       |
/// | `turn STEPS SECONDS` | `done`, steps, seconds                              |
/// | `ceiling THREADS`    | `done`, 10⁹ operations a second                     |
/// | `peak`               | `done`, bytes of memory at most, 0 if nobody knows  |
/// | `end`                | (the worker ends)                                   |
///
/// Words of an answer have tabs between them and [#MARK] before them, so that whatever a library prints is
/// not taken for one. Instead of any answer there may come `failed`, exit code, message.
final class Protocol {
    static final String MARK = "densenet-bench\t";
    static final String READY = "ready";
    static final String DONE = "done";
    static final String FAILED = "failed";
    static final String TURN = "turn";
    static final String CEILING = "ceiling";
    static final String PEAK = "peak";
    static final String END = "end";

    private Protocol() {}
}
