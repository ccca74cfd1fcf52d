package io.densenet.app.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;

/// Writes a [Picture] as PNG, two pixels for each of its own so that it stays sharp on a slide, or as SVG.
final class PictureFile {
    /// Of the file for each of a picture.
    static final int PIXELS = 2;
    private static final String SVG = "http://www.w3.org/2000/svg";

    private PictureFile() {}

    /// Writes the kind that the name ends with.
    ///
    /// @param file ends with `.png` or `.svg`
    static void write(Path file, Picture picture) throws IOException {
        if (file.toString().endsWith(".svg")) {
            writeSvg(file, picture);
        } else {
            writePng(file, picture, PIXELS);
        }
    }

    private static void writePng(Path png, Picture picture, int scale) throws IOException {
        BufferedImage image =
                new BufferedImage(scale * picture.width(), scale * picture.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(scale, scale);
        picture.paint(graphics);
        graphics.dispose();
        try (var out = Files.newOutputStream(png)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("this Java cannot write PNG");
            }
        }
    }

    private static void writeSvg(Path svg, Picture picture) throws IOException {
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        graphics.setSVGCanvasSize(new java.awt.Dimension(picture.width(), picture.height()));
        picture.paint(graphics);
        try (Writer out = Files.newBufferedWriter(svg)) {
            graphics.stream(out, /*useCss=*/ false);
        }
    }

    private static Document document() throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IOException("this Java has no XML parser", e);
        }
    }
}
