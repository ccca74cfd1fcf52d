package io.densenet.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.densenet.data.ImageBatch;
import io.densenet.eval.WorstImages.Entry;
import io.densenet.eval.WorstImages.Misjudged;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorstImagesTest {
    private static final float LN3 = 1.0986123f;

    @Test
    void theLargestLossesAreKeptAndTiesGoToTheFirst() {
        WorstImages worst = new WorstImages(3);
        judge(worst, 0, 0, LN3, 0); // right with 3/4
        judge(worst, 1, 1, LN3, 0); // wrong with 3/4
        judge(worst, 2, 0, 0, LN3); // wrong with 3/4 as well
        judge(worst, 3, 1, 0, 0); // undecided, which is class 0
        judge(worst, 4, 0, 0, 0);
        List<Entry> kept = worst.worstFirst();
        assertEquals(List.of(1, 2, 3), kept.stream().map(Entry::index).toList());
        Misjudged first = assertInstanceOf(Misjudged.class, kept.getFirst());
        assertEquals(1, first.right());
        assertEquals(0, first.predicted());
        assertEquals(0.75, first.probability(), 1e-6);
        assertEquals(Math.log(4), first.loss(), 1e-6);
        assertEquals(0, assertInstanceOf(Misjudged.class, kept.get(2)).predicted());
    }

    @Test
    void whatIsNotANumberIsWorst() {
        WorstImages worst = new WorstImages(1);
        judge(worst, 7, 0, Float.NaN, 0);
        judge(worst, 8, 0, -80, 0);
        assertEquals(7, worst.worstFirst().getFirst().index());
        assertTrue(Double.isNaN(worst.worstFirst().getFirst().loss()));
    }

    /// Of several classes that which is most wrong is told, and what is unknown is not wrong.
    @Test
    void ofSeveralClassesTheWorstIsTold() {
        WorstImages worst = new WorstImages(1);
        float[] targets = {Float.NaN, 1, 0, 0, 1, 0, 0, 1, 0}; // three images of three classes
        ImageBatch batch = ImageBatch.multiLabel(3, 1, 1, 1, new float[3], targets);
        worst.judged(5, batch, 0, new float[] {80, 1, -1});
        worst.judged(6, batch, 1, new float[] {-1, -LN3, 0});
        worst.judged(7, batch, 2, new float[] {0, 1, 0});
        double loss = (Math.log1p(Math.exp(-1)) + Math.log(4) + Math.log(2)) / 3;
        var told = assertInstanceOf(
                WorstImages.MisjudgedClass.class, worst.worstFirst().getFirst());
        assertEquals(6, told.index());
        assertEquals(1, told.classIndex());
        assertTrue(told.present());
        assertEquals(0.25, told.probability(), 1e-6);
        assertEquals(loss, told.loss(), 1e-6);
    }

    private static void judge(WorstImages worst, int index, int label, float... logits) {
        worst.judged(index, new ImageBatch(1, 1, 1, 1, new float[1], new int[] {label}), 0, logits);
    }
}
