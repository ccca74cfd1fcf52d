package io.densenet.app.convert;

import java.util.LinkedHashMap;
import java.util.Map;

/// What became of comparing a written file with what it was written from.
sealed interface Verification {
    /// One sentence for a person.
    String text();

    /// For programs.
    Map<String, Object> document();

    /// A file of weights that was read back: all tensors are the same to the bit.
    record SameTensors(int tensors) implements Verification {
        @Override
        public String text() {
            return "verified: read back, %,d tensors are the same bit for bit".formatted(tensors);
        }

        @Override
        public Map<String, Object> document() {
            return Map.of("tensors", tensors);
        }
    }

    /// A network that another program has computed as well.
    ///
    /// @param there             that program, with its version
    /// @param here              our engine
    /// @param images            random ones
    /// @param largestDifference of two logits
    /// @param largestLogit      by its absolute value, here
    /// @param sameTop1          images for which both have the same class on top
    /// @param classesOnTop      different classes that are on top here for some image; with one only, the same
    ///                          top-1 would mean little
    /// @param finite            whether all logits are numbers
    record SameLogits(
            String there,
            String here,
            int images,
            double largestDifference,
            double largestLogit,
            int sameTop1,
            int classesOnTop,
            boolean finite)
            implements Verification {
        /// As large a difference is let pass, for logits of up to 1, and in proportion above.
        static final double TOLERANCE = 1e-4;

        boolean passes() {
            return finite && sameTop1 == images && largestDifference <= TOLERANCE * Math.max(1, largestLogit);
        }

        double relativeDifference() {
            return largestLogit == 0 ? 0 : largestDifference / largestLogit;
        }

        /// What was measured, without a judgement.
        String figures() {
            return "%d random images in %s and here (%s): logits differ by at most %.1e, %.1e of the largest; top-1 is the same for %d%s"
                    .formatted(
                            images,
                            there,
                            here,
                            largestDifference,
                            relativeDifference(),
                            sameTop1,
                            finite ? "" : "; some logits are not finite numbers");
        }

        @Override
        public String text() {
            return "verified: " + figures();
        }

        @Override
        public Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("runtime", there);
            document.put("engine", here);
            document.put("images", images);
            document.put("largestDifference", largestDifference);
            document.put("largestRelativeDifference", relativeDifference());
            document.put("sameTop1", sameTop1);
            document.put("classesOnTop", classesOnTop);
            return document;
        }
    }
}
