package io.densenet.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EfficiencyTest {
    /// The errors of Tables 2 and 3 beside exact counts; the costs are those that ParameterCountTest holds
    /// to the paper, and of the ResNets torchvision's.
    @ParameterizedTest
    @CsvSource({
        "DenseNet-121,        ImageNet, 25.02, 7978856,  2834",
        "DenseNet-264,        ImageNet, 22.15, 33337704, 5752",
        "ResNet-34,           ImageNet, 26.73, 21797672, 3664",
        "ResNet-101,          ImageNet, 22.44, 44549160, 7801",
        "ResNet-152,          ImageNet, 22.16, 60192808, 11514",
        "DenseNet 40-12,      C10+,     5.24,  1019722,  265",
        "DenseNet-BC 190-40,  C10+,     3.46,  25624430, 9302",
    })
    void pointsAreThoseOfThePaper(
            String network, String data, double error, long parameters, double millionMultiplyAdds) {
        EfficiencyPoint point = Efficiency.published().stream()
                .filter(p -> p.network().equals(network))
                .findFirst()
                .orElseThrow();
        assertEquals(data, point.data());
        assertEquals(error, point.error());
        assertEquals(parameters, point.parameters());
        assertEquals(millionMultiplyAdds, point.multiplyAdds() / 1e6, 1);
    }

    /// §4.4: DenseNet-201 reaches about what ResNet-101 does with less than half of the parameters; §5:
    /// BC-100-12 about what ResNet-1001 does with less than a tenth.
    @Test
    void theTextsClaimsAreInTheFigures() {
        EfficiencyPoint d201 = named("DenseNet-201");
        EfficiencyPoint r101 = named("ResNet-101");
        assertEquals(r101.error(), d201.error(), 0.2);
        assertTrue(d201.parameters() < r101.parameters() / 2);
        EfficiencyPoint bc = named("DenseNet-BC 100-12");
        EfficiencyPoint r1001 = named("ResNet-1001 (pre-act)");
        assertEquals(r1001.error(), bc.error(), 0.2);
        assertTrue(bc.parameters() < r1001.parameters() / 10);
    }

    @Test
    void everyPointHasItsSourceAndItsLineOfTheTable() {
        List<EfficiencyPoint> points = Efficiency.published();
        assertEquals(16, points.size());
        points.forEach(point -> assertTrue(point.source().length() > 10, point::toString));
        assertEquals(1 + points.size(), Efficiency.csv(points).lines().count());
    }

    private static EfficiencyPoint named(String network) {
        return Efficiency.published().stream()
                .filter(point -> point.network().equals(network))
                .findFirst()
                .orElseThrow();
    }
}
