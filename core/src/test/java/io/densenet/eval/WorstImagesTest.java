package io.densenet.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.eval.WorstImages.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorstImagesTest {
    private static final float LN3 = 1.0986123f;

    @Test
    void theLargestLossesAreKeptAndTiesGoToTheFirst() {
        WorstImages worst = new WorstImages(3);
        worst.judged(0, 0, new float[] {LN3, 0}); // right with 3/4
        worst.judged(1, 1, new float[] {LN3, 0}); // wrong with 3/4
        worst.judged(2, 0, new float[] {0, LN3}); // wrong with 3/4 as well
        worst.judged(3, 1, new float[] {0, 0}); // undecided, which is class 0
        worst.judged(4, 0, new float[] {0, 0});
        List<Entry> kept = worst.worstFirst();
        assertEquals(List.of(1, 2, 3), kept.stream().map(Entry::index).toList());
        assertEquals(1, kept.getFirst().right());
        assertEquals(0, kept.getFirst().predicted());
        assertEquals(0.75, kept.getFirst().probability(), 1e-6);
        assertEquals(Math.log(4), kept.getFirst().loss(), 1e-6);
        assertEquals(0, kept.get(2).predicted());
    }

    @Test
    void whatIsNotANumberIsWorst() {
        WorstImages worst = new WorstImages(1);
        worst.judged(7, 0, new float[] {Float.NaN, 0});
        worst.judged(8, 0, new float[] {-80, 0});
        assertEquals(7, worst.worstFirst().getFirst().index());
        assertTrue(Double.isNaN(worst.worstFirst().getFirst().loss()));
    }
}
