package io.operatorlib.testing.apiserver.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.operatorlib.testing.apiserver.http.WireFields.Content;
import io.operatorlib.testing.apiserver.http.WireFields.Field;
import io.operatorlib.testing.apiserver.http.WireFields.Mapped;
import io.operatorlib.testing.apiserver.http.WireFields.Message;
import io.operatorlib.testing.apiserver.http.WireFields.Plain;
import io.operatorlib.testing.apiserver.http.WireFields.Repeated;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * Reads bodies that Kubernetes clients written in Go send in protobuf ({@code application/vnd.kubernetes.protobuf}), as
 * the JSON that they stand for. {@code kubectl create} and {@code kubectl auth can-i} send nothing else.
 *
 * <p><b>Limits:</b> it reads the kinds that {@link WireFields} knows; a field that it does not know is refused by its
 * number, since what is left out in silence would be lost.
 */
final class ProtobufBody {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    /** Deeper than any kind nests. */
    private static final int DEEPEST = 60;

    private final WireFields fields = WireFields.read();

    /** Thrown when a body cannot be read. */
    static final class UnreadableException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /**
     * Reads a body.
     *
     * @throws UnreadableException if it is broken, or of a kind or with a field that we do not know
     */
    JsonObject json(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(body, MAGIC.length))) {
            throw new UnreadableException("the body is not protobuf of Kubernetes");
        }
        try {
            Wire envelope = new Wire(ByteBuffer.wrap(body, MAGIC.length, body.length - MAGIC.length));
            String apiVersion = "";
            String kind = "";
            ByteBuffer raw = ByteBuffer.allocate(0);
            while (envelope.next()) {
                switch (envelope.number()) {
                    case 1 -> {
                        Wire type = new Wire(envelope.bytes());
                        while (type.next()) {
                            if (type.number() == 1) {
                                apiVersion = text(type.bytes());
                            } else {
                                kind = text(type.bytes());
                            }
                        }
                    }
                    case 2 -> raw = envelope.bytes();
                    default -> envelope.skip();
                }
            }
            String named = apiVersion + " " + kind;
            Message message = fields.kind(apiVersion, kind)
                    .orElseThrow(() ->
                            new UnreadableException("this API server reads no protobuf of " + named + "; send JSON"));
            JsonObject json = new JsonObject();
            json.addProperty("kind", kind);
            json.addProperty("apiVersion", apiVersion);
            read(new Wire(raw), message, json, 0);
            return json;
        } catch (BufferUnderflowException | JsonParseException e) {
            throw new UnreadableException("the body is broken protobuf");
        }
    }

    private void read(Wire wire, Message message, JsonObject into, int depth) {
        if (depth > DEEPEST) {
            throw new UnreadableException("the body nests too deeply");
        }
        Map<Integer, Field> known = fields.of(message);
        while (wire.next()) {
            Field field = known.get(wire.number());
            if (field == null) {
                throw new UnreadableException("this API server does not know field " + wire.number() + " of "
                        + message.name() + "; send JSON");
            }
            if (field.name().isEmpty() && field.type() instanceof Message inline) {
                read(new Wire(wire.bytes()), inline, into, depth + 1);
            } else if (field.type() instanceof Repeated list) {
                if (!(into.get(field.name()) instanceof JsonArray)) {
                    into.add(field.name(), new JsonArray());
                }
                into.getAsJsonArray(field.name()).add(value(wire, list.of(), depth));
            } else if (field.type() instanceof Mapped map) {
                if (!(into.get(field.name()) instanceof JsonObject)) {
                    into.add(field.name(), new JsonObject());
                }
                entry(new Wire(wire.bytes()), map.to(), into.getAsJsonObject(field.name()), depth);
            } else {
                JsonElement value = value(wire, field.type(), depth);
                if (field.zeroes() || !zero(value)) {
                    into.add(field.name(), value);
                }
            }
        }
    }

    private void entry(Wire entry, Content to, JsonObject into, int depth) {
        String key = "";
        JsonElement value = to instanceof Plain ? new JsonPrimitive("") : new JsonObject();
        while (entry.next()) {
            if (entry.number() == 1) {
                key = text(entry.bytes());
            } else if (to instanceof Repeated list) {
                JsonArray items = new JsonArray();
                Wire inside = new Wire(entry.bytes());
                while (inside.next()) {
                    items.add(value(inside, list.of(), depth));
                }
                value = items;
            } else {
                value = value(entry, to, depth);
            }
        }
        into.add(key, value);
    }

    private static boolean zero(JsonElement value) {
        if (value instanceof JsonPrimitive primitive) {
            return primitive.isString()
                    ? primitive.getAsString().isEmpty()
                    : primitive.isBoolean() ? !primitive.getAsBoolean() : primitive.getAsLong() == 0;
        }
        return value.isJsonNull();
    }

    private JsonElement value(Wire wire, Content type, int depth) {
        if (type instanceof Message message) {
            ByteBuffer bytes = wire.bytes();
            if (message.name().equals("meta/v1.FieldsV1")) {
                Wire raw = new Wire(bytes);
                return raw.next() ? JsonParser.parseString(text(raw.bytes())) : new JsonObject();
            }
            JsonObject object = new JsonObject();
            read(new Wire(bytes), message, object, depth + 1);
            return object;
        }
        if (!(type instanceof Plain plain)) {
            throw new UnreadableException("a list of lists");
        }
        return switch (plain.letter()) {
            case 's' -> new JsonPrimitive(text(wire.bytes()));
            case 'i' -> new JsonPrimitive(wire.integer());
            case 'b' -> new JsonPrimitive(wire.integer() != 0);
            case 'x' -> new JsonPrimitive(Base64.getEncoder().encodeToString(array(wire.bytes())));
            case 'T' -> time(new Wire(wire.bytes()), ChronoUnit.SECONDS);
            case 'M' -> time(new Wire(wire.bytes()), ChronoUnit.MICROS);
            case 'Q', 'R' -> {
                Wire inside = new Wire(wire.bytes());
                String text = inside.next() ? text(inside.bytes()) : "";
                yield plain.letter() == 'Q' || text.isEmpty() ? new JsonPrimitive(text) : JsonParser.parseString(text);
            }
            case 'I' -> integerOrText(new Wire(wire.bytes()));
            default -> throw new UnreadableException("a field of type " + plain.letter());
        };
    }

    private static JsonElement time(Wire wire, ChronoUnit precision) {
        long seconds = 0;
        long nanos = 0;
        boolean set = false;
        while (wire.next()) {
            set = true;
            if (wire.number() == 1) {
                seconds = wire.integer();
            } else {
                nanos = wire.integer();
            }
        }
        return set
                ? new JsonPrimitive(Instant.ofEpochSecond(seconds, nanos)
                        .truncatedTo(precision)
                        .toString())
                : JsonNull.INSTANCE;
    }

    private static JsonElement integerOrText(Wire wire) {
        boolean text = false;
        long number = 0;
        String words = "";
        while (wire.next()) {
            switch (wire.number()) {
                case 1 -> text = wire.integer() == 1;
                case 2 -> number = wire.integer();
                default -> words = text(wire.bytes());
            }
        }
        return text ? new JsonPrimitive(words) : new JsonPrimitive(number);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    /** Walks over the fields of one message. Running over its end is a {@link BufferUnderflowException}. */
    private static final class Wire {
        private final ByteBuffer in;
        private int tag;

        Wire(ByteBuffer in) {
            this.in = in.slice();
        }

        boolean next() {
            if (!in.hasRemaining()) {
                return false;
            }
            tag = (int) integer();
            return true;
        }

        int number() {
            return tag >>> 3;
        }

        long integer() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                byte next = in.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new BufferUnderflowException();
        }

        ByteBuffer bytes() {
            long length = integer();
            if (length < 0 || length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            ByteBuffer bytes = in.slice(in.position(), (int) length);
            in.position(in.position() + (int) length);
            return bytes;
        }

        void skip() {
            switch (tag & 7) {
                case 0 -> integer();
                case 1 -> in.getLong();
                case 2 -> bytes();
                case 5 -> in.getInt();
                default -> throw new BufferUnderflowException();
            }
        }
    }
}
