package io.densenet.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
    /// The known answers that the Random123 library ships (`kat_vectors`, philox4x32 with 10 rounds).
    @ParameterizedTest(name = "counter {0} {1} {2} {3}, key {4} {5}")
    @CsvSource({
        "00000000, 00000000, 00000000, 00000000, 00000000, 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff, ffffffff, ffffffff, ffffffff, ffffffff, ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88, 85a308d3, 13198a2e, 03707344, a4093822, 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void theKnownAnswersOfRandom123(String c0, String c1, String c2, String c3, String k0, String k1, String expected) {
        int[] out = new int[6];
        Philox.block(pair(c0, c1), pair(c2, c3), pair(k0, k1), out, 1);
        HexFormat hex = HexFormat.of();
        String found = "%s %s %s %s"
                .formatted(
                        hex.toHexDigits(out[1]),
                        hex.toHexDigits(out[2]),
                        hex.toHexDigits(out[3]),
                        hex.toHexDigits(out[4]));
        assertEquals(expected, found);
        assertArrayEquals(new int[] {0, 0}, new int[] {out[0], out[5]}, "nothing else is written");
    }

    private static long pair(String low, String high) {
        return Long.parseUnsignedLong(high + low, 16);
    }
}
