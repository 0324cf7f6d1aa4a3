package io.operatorlib.testing.apiserver.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The fields of Kubernetes' kinds in protobuf, by their numbers. */
final class WireFields {
    private static final String TABLE = "wire-fields.txt";

    /** By {@code package.Name}. */
    private final Map<String, Map<Integer, Field>> messages = new HashMap<>();

    /**
     * One field.
     *
     * @param name in JSON; empty where the message's fields belong to the one around it
     * @param zeroes whether a zero says something
     */
    record Field(String name, Content type, boolean zeroes) {}

    /** What a field holds. */
    sealed interface Content {}

    /** A scalar or one of the kinds' special messages, by its letter in the table. */
    record Plain(char letter) implements Content {}

    /** A message, by {@code package.Name}. */
    record Message(String name) implements Content {}

    record Repeated(Content of) implements Content {}

    record Mapped(Content to) implements Content {}

    static WireFields read() {
        WireFields fields = new WireFields();
        try (InputStream in = Objects.requireNonNull(WireFields.class.getResourceAsStream(TABLE), TABLE);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String group = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("@")) {
                    group = line.substring(1);
                } else if (!line.startsWith("#") && !line.isBlank()) {
                    fields.add(group, line.split(" "));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fields;
    }

    private void add(String group, String[] words) {
        Map<Integer, Field> fields = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            String[] parts = words[i].split(":");
            boolean inline = parts[1].startsWith("=");
            String type = inline ? parts[1].substring(1) : parts[2];
            boolean zeroes = type.endsWith("?");
            fields.put(
                    Integer.valueOf(parts[0]),
                    new Field(
                            inline ? "" : parts[1],
                            type(group, zeroes ? type.substring(0, type.length() - 1) : type),
                            zeroes));
        }
        messages.put(group + "." + words[0], fields);
    }

    private static Content type(String group, String text) {
        if (text.startsWith("[")) {
            return new Repeated(type(group, text.substring(1, text.length() - 1)));
        }
        if (text.startsWith("{")) {
            return new Mapped(type(group, text.substring(1, text.length() - 1)));
        }
        if (text.length() == 1) {
            return new Plain(text.charAt(0));
        }
        return new Message(text.contains("/") ? text : group + "." + text);
    }

    /** The fields of a message. */
    Map<Integer, Field> of(Message message) {
        return Objects.requireNonNull(messages.get(message.name()), message::name);
    }

    /** The message of a kind; empty where we do not know it. */
    Optional<Message> kind(String apiVersion, String kind) {
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "core";
        int dot = group.indexOf('.');
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        String own = (dot < 0 ? group : group.substring(0, dot)) + "/" + version + "." + kind;
        if (messages.containsKey(own)) {
            return Optional.of(new Message(own));
        }
        // options of a request come under the group of what is requested
        String meta = "meta/v1." + kind;
        return messages.containsKey(meta) ? Optional.of(new Message(meta)) : Optional.empty();
    }
}
