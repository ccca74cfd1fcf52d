package io.densenet.app.plot;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds a font for names in any language.
public final class Fonts {
    private static final int POINTS = 14;

    private Fonts() {}

    /// The font for everything that is not a name.
    static Font standard() {
        return new Font(Font.SANS_SERIF, Font.PLAIN, POINTS);
    }

    /// A font that can show all texts: the standard one where it can, otherwise the first installed one, those without
    /// serifs before the others.
    public static Optional<Font> showing(Collection<String> texts) {
        if (canShow(standard(), texts)) {
            return Optional.of(standard());
        }
        List<String> families = Arrays.asList(
                GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames(Locale.ROOT));
        return Stream.concat(
                        families.stream().filter(Fonts::looksWithoutSerifs),
                        families.stream().filter(family -> !looksWithoutSerifs(family)))
                .map(family -> new Font(family, Font.PLAIN, POINTS))
                .filter(font -> canShow(font, texts))
                .findFirst();
    }

    /// What to install for texts that no font can show.
    static String advice(Collection<String> texts) {
        return texts.stream()
                .filter(text -> !canShow(standard(), List.of(text)))
                .findFirst()
                .map(text -> "no installed font can show '" + text
                        + "'; install one that can, for Chinese, Japanese and Korean for example Noto Sans CJK"
                        + " (Debian: fonts-noto-cjk)")
                .orElse("no single font can show all of them; install Noto Sans CJK (Debian: fonts-noto-cjk)");
    }

    private static boolean canShow(Font font, Collection<String> texts) {
        return texts.stream().allMatch(text -> font.canDisplayUpTo(text) < 0);
    }

    private static boolean looksWithoutSerifs(String family) {
        String lower = family.toLowerCase(Locale.ROOT);
        return lower.contains("sans") || lower.contains("gothic") || lower.contains("hei");
    }
}
