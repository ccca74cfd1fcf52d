package io.densenet.app.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// One thing that was looked at.
///
/// @param finding what was found
/// @param advice  what to do about it; empty when all is well
public record Check(String name, Verdict verdict, String finding, String advice) {
    /// How well it is.
    public enum Verdict {
        OK,
        /// It runs, but slowly, not for long, or not with everything.
        WARN,
        /// It cannot run.
        FAIL;

        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Check ok(String name, String finding) {
        return new Check(name, Verdict.OK, finding, "");
    }

    static Check warn(String name, String finding, String advice) {
        return new Check(name, Verdict.WARN, finding, advice);
    }

    static Check fail(String name, String finding, String advice) {
        return new Check(name, Verdict.FAIL, finding, advice);
    }
}
