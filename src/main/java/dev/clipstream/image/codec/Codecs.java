package dev.clipstream.image.codec;

/// The set of libraries that decodes JPEG and WebP.
public enum Codecs {
    /// libjpeg-turbo and libwebp, through [Leptonica]. Requires [Leptonica#isAvailable()].
    NATIVE,
    /// The JDK's JPEG reader and TwelveMonkeys' WebP reader. Slower, but available on every platform.
    PORTABLE;

    private static final String PROPERTY = "clipstream.image.codecs";

    /// Returns [#NATIVE] where its library loads, otherwise [#PORTABLE]. Setting the system property
    /// `clipstream.image.codecs` to `portable` forces the latter.
    public static Codecs best() {
        boolean portable = "portable".equals(System.getProperty(PROPERTY));
        return portable || !Leptonica.isAvailable() ? PORTABLE : NATIVE;
    }
}
