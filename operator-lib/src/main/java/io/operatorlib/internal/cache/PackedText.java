package io.operatorlib.internal.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A text in little memory: deflated, where it is long. Kubernetes' objects repeat their own words. Immutable. */
final class PackedText {
    /** What a short text gains is less than a tree of its own size costs; most objects of operators' own are shorter. */
    private static final int SHORTEST_DEFLATED = 2_048;

    static final PackedText NOTHING = new PackedText(new byte[0], 0, false);

    private final byte[] bytes;
    private final int length;
    private final boolean deflated;

    private PackedText(byte[] bytes, int length, boolean deflated) {
        this.bytes = bytes;
        this.length = length;
        this.deflated = deflated;
    }

    static PackedText of(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        return plain.length < SHORTEST_DEFLATED ? new PackedText(plain, plain.length, false) : deflated(plain);
    }

    private static PackedText deflated(byte[] plain) {
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            byte[] room = new byte[plain.length];
            int length = deflater.deflate(room);
            return deflater.finished()
                    ? new PackedText(Arrays.copyOf(room, length), plain.length, true)
                    : new PackedText(plain, plain.length, false);
        } finally {
            deflater.end();
        }
    }

    /** How much memory it takes, in bytes. */
    int size() {
        return bytes.length;
    }

    String text() {
        return new String(deflated ? inflated() : bytes, StandardCharsets.UTF_8);
    }

    private byte[] inflated() {
        var inflater = new Inflater(true);
        try {
            inflater.setInput(bytes);
            byte[] plain = new byte[length];
            int unused = inflater.inflate(plain);
            return plain;
        } catch (DataFormatException e) {
            throw new IllegalStateException("what was deflated here cannot be inflated", e);
        } finally {
            inflater.end();
        }
    }
}
