package io.operatorlib.testing.crd;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Draws random types. Names are numbered through, so that many stand in one class. */
final class Shapes {
    private static final int DEEPEST = 3;

    private final RandomGenerator random;
    private int number;

    Shapes(RandomGenerator random) {
        this.random = random;
    }

    /** A record. */
    Shape object() {
        return object(1, false);
    }

    private Shape any(int depth, boolean repeated) {
        if (depth < DEEPEST && random.nextInt(3) == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> object(depth + 1, repeated);
                case 1 -> list(any(depth + 1, true));
                case 2 -> map(any(depth + 1, true));
                default -> keyed(depth + 1);
            };
        }
        return leaf(repeated);
    }

    private Shape leaf(boolean repeated) {
        return switch (random.nextInt(17)) {
            case 0 -> bounded();
            case 1 -> new Leaf("Long", "@MultipleOf(4) ", "8", "12", "7");
            case 2 -> new Leaf("Double", "", "0.5", "2.25", "'x'");
            case 3 -> new Leaf("Boolean", "", "true", "false", "'yes'");
            case 4 -> new Leaf("String", "@MinLength(2) @MaxLength(5) ", "'abc'", "'äöüß'", "'abcdef'");
            case 5 ->
                new Leaf("String", "@Pattern(\"^[a-z]+$\") @Description(\"a \\\"word\\\"\") ", "'abc'", "'z'", "'A1'");
            case 6 -> new Leaf("String", "@Format(\"ipv4\") ", "'10.0.0.1'", "'127.0.0.1'", "'300.1'");
            case 7 -> words();
            case 8 -> new Leaf("Duration", "", "'30s'", "'1h30m'", "'soon'");
            case 9 -> new Leaf("Instant", "", "'2024-01-01T00:00:00Z'", "'2024-02-29T12:00:00.5+01:00'", "'yesterday'");
            case 10 -> new Leaf("Quantity", "", "'1Gi'", "5", "'1Gx'");
            case 11 -> new Leaf("IntOrString", "", "5", "'50%'", "true");
            case 12 -> new Leaf("Set<String>", "@MaxItems(3) ", "['a']", "['a','b']", "['a','a']");
            case 13 -> new Leaf("V1Toleration", "", "{'key':'k','operator':'Exists'}", "{}", "{'key':1}", ".key");
            case 14 ->
                new Leaf(
                        "V1ResourceRequirements",
                        "",
                        "{'limits':{'cpu':'1','memory':5}}",
                        "{}",
                        "{'limits':1}",
                        ".limits");
            case 15 -> new Leaf("Object", "@PreserveUnknown ", "{'any':[1,{'thing':null}]}", "3", "");
            default ->
                repeated
                        ? new Leaf("String", "", "'x'", "''", "{}")
                        : new Leaf(
                                "Integer", "@Rule(value = \"self != 13\", message = \"unlucky\") ", "12", "14", "13");
        };
    }

    private Shape bounded() {
        int least = random.nextInt(100);
        int most = least + 1 + random.nextInt(100);
        boolean exclusive = random.nextBoolean();
        String maximum = exclusive ? "@Maximum(value = " + most + ", exclusive = true) " : "@Maximum(" + most + ") ";
        String bad = random.nextBoolean() ? String.valueOf(least - 1) : String.valueOf(exclusive ? most : most + 1);
        return new Leaf(
                "Integer", "@Minimum(" + least + ") " + maximum, String.valueOf(least), String.valueOf(most - 1), bad);
    }

    private Shape words() {
        String name = "E" + number++;
        return new Leaf(
                name, "", "'Red'", "'BLUE'", "'Green'", "", "enum " + name + " { @SerializedName(\"Red\") RED, BLUE }");
    }

    /** As it stands between angle brackets. */
    private static String inside(Shape shape) {
        return shape.annotations().replace("@PreserveUnknown ", "") + shape.type();
    }

    private Shape list(Shape entry) {
        return new Shape() {
            @Override
            public String type() {
                return "List<" + inside(entry) + ">";
            }

            @Override
            public String annotations() {
                return "@MinItems(1) @MaxItems(4) ";
            }

            @Override
            public String declarations() {
                return entry.declarations();
            }

            @Override
            public JsonElement valid(RandomGenerator by) {
                return array(by, 1 + by.nextInt(4));
            }

            private JsonArray array(RandomGenerator by, int size) {
                var array = new JsonArray();
                for (int i = 0; i < size; i++) {
                    array.add(entry.valid(by));
                }
                return array;
            }

            @Override
            public Optional<Bad> bad(RandomGenerator by) {
                Optional<Bad> inner = by.nextBoolean() ? entry.bad(by) : Optional.empty();
                if (inner.isEmpty()) {
                    return Optional.of(new Bad(array(by, by.nextBoolean() ? 0 : 5), ""));
                }
                JsonArray array = array(by, 2);
                array.set(1, inner.get().value());
                return Optional.of(new Bad(array, "[1]" + inner.get().at()));
            }
        };
    }

    private Shape map(Shape value) {
        return new Shape() {
            @Override
            public String type() {
                return "Map<String, " + inside(value) + ">";
            }

            @Override
            public String annotations() {
                return "@MaxItems(3) ";
            }

            @Override
            public String declarations() {
                return value.declarations();
            }

            @Override
            public JsonElement valid(RandomGenerator by) {
                var object = new JsonObject();
                object.add("key", value.valid(by));
                return object;
            }

            @Override
            public Optional<Bad> bad(RandomGenerator by) {
                return value.bad(by).map(inner -> {
                    var object = new JsonObject();
                    object.add("key", inner.value());
                    return new Bad(object, ".key" + inner.at());
                });
            }
        };
    }

    /** A list whose entries are told apart by a key. */
    private Shape keyed(int depth) {
        Composite entry = record(depth, true, true);
        return new Shape() {
            @Override
            public String type() {
                return "List<" + entry.type() + ">";
            }

            @Override
            public String annotations() {
                return "@ListMapKeys(\"id\") @MaxItems(6) ";
            }

            @Override
            public String declarations() {
                return entry.declarations();
            }

            @Override
            public JsonElement valid(RandomGenerator by) {
                return two(by, "a", "b");
            }

            private JsonArray two(RandomGenerator by, String first, String second) {
                var array = new JsonArray();
                for (String id : List.of(first, second)) {
                    JsonObject object = entry.valid(by).getAsJsonObject();
                    object.addProperty("id", id);
                    array.add(object);
                }
                return array;
            }

            @Override
            public Optional<Bad> bad(RandomGenerator by) {
                return Optional.of(new Bad(two(by, "a", "a"), "[1]"));
            }
        };
    }

    private Shape object(int depth, boolean repeated) {
        return record(depth, repeated, false);
    }

    private Composite record(int depth, boolean repeated, boolean keyed) {
        String name = "R" + number++;
        var members = new ArrayList<Member>();
        if (keyed) {
            members.add(new Member("id", Presence.REQUIRED, new Leaf("String", "@MaxLength(9) ", "'i'", "'j'", "5")));
        }
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Shape shape = any(depth, repeated);
            Presence presence = Presence.values()[random.nextInt(3)];
            boolean plain = presence == Presence.DEFAULTED && shape.byDefault().isEmpty();
            members.add(new Member("c" + i, plain ? Presence.OPTIONAL : presence, shape));
        }
        return new Composite(name, members);
    }

    private enum Presence {
        REQUIRED,
        OPTIONAL,
        DEFAULTED
    }

    private record Member(String name, Presence presence, Shape shape) {
        /** An absent collection is an empty one. */
        boolean required() {
            return presence == Presence.REQUIRED && !shape.type().matches("(List|Set|Map)<.*");
        }

        String declaration() {
            String mark = switch (presence) {
                case REQUIRED -> "";
                case OPTIONAL -> "@Nullable ";
                case DEFAULTED -> "@Default(\"" + shape.byDefault().replace("\"", "\\\"") + "\") ";
            };
            return mark + shape.annotations() + shape.type() + " " + name;
        }
    }

    private record Composite(String type, List<Member> members) implements Shape {
        @Override
        public String declarations() {
            return members.stream().map(member -> member.shape().declarations()).collect(Collectors.joining())
                    + "record " + type + "("
                    + members.stream().map(Member::declaration).collect(Collectors.joining(", ")) + ") {}\n";
        }

        @Override
        public JsonElement valid(RandomGenerator by) {
            var object = new JsonObject();
            for (Member member : members) {
                if (member.required() || by.nextBoolean()) {
                    object.add(member.name(), member.shape().valid(by));
                }
            }
            return object;
        }

        @Override
        public Optional<Bad> bad(RandomGenerator by) {
            Member member = members.get(by.nextInt(members.size()));
            JsonObject object = valid(by).getAsJsonObject();
            if (member.required() && by.nextInt(4) == 0) {
                object.remove(member.name());
                return Optional.of(new Bad(object, "." + member.name()));
            }
            return member.shape().bad(by).map(inner -> {
                object.add(member.name(), inner.value());
                return new Bad(object, "." + member.name() + inner.at());
            });
        }
    }

    /** A type without parts. */
    private record Leaf(
            String type, String annotations, String first, String second, String wrong, String at, String declarations)
            implements Shape {
        Leaf(String type, String annotations, String first, String second, String wrong) {
            this(type, annotations, first, second, wrong, type.startsWith("Set") ? "[1]" : "", "");
        }

        Leaf(String type, String annotations, String first, String second, String wrong, String at) {
            this(type, annotations, first, second, wrong, type.startsWith("Set") ? "[1]" : at, "");
        }

        private static JsonElement json(String text) {
            return JsonParser.parseString(text.replace('\'', '"'));
        }

        @Override
        public String byDefault() {
            return type.startsWith("V1") || annotations.contains("@Rule") ? "" : first.replace('\'', '"');
        }

        @Override
        public JsonElement valid(RandomGenerator by) {
            return json(by.nextBoolean() ? first : second);
        }

        @Override
        public Optional<Bad> bad(RandomGenerator by) {
            return wrong.isEmpty() ? Optional.empty() : Optional.of(new Bad(json(wrong), at));
        }
    }
}
