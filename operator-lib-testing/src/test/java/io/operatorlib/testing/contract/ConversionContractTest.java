package io.operatorlib.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.gson.JsonObject;
import io.operatorlib.conversion.Conversion;
import io.operatorlib.internal.json.Json;
import io.operatorlib.testing.conversion.Websites;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** Conversions that are not as they should be are caught, and shown on the smallest object. */
class ConversionContractTest {
    private static final ConversionTrial TRIAL = new ConversionTrial(2_000, 1);

    private static List<String> complaints(ConversionContract contract) {
        var complaints = new ArrayList<String>();
        for (DynamicTest test : contract.everyVersionIsUnderstood().toList()) {
            try {
                test.getExecutable().execute();
            } catch (Throwable e) {
                complaints.add(test.getDisplayName() + ": " + e.getMessage());
            }
        }
        return complaints;
    }

    private static JsonObject smallest(String complaint) {
        return Json.object(
                Json.parse(complaint.substring(complaint.indexOf('{', complaint.indexOf("smallest")))), "spec");
    }

    @Test
    void aConverterThatForgetsAFieldIsCaughtOnAnObjectOfOneField() {
        Conversion<?, ?> forgetful = Conversion.hub(Websites.V2).spoke(Websites.V1, Websites::toHub, site -> {
            var old = Websites.fromHub(site);
            return new Websites.OldSite(null, old.pages(), old.motto());
        });
        var complaints = complaints(new ConversionContract() {
            @Override
            public Conversion<?, ?> conversion() {
                return forgetful;
            }

            @Override
            public Set<String> inexpressible() {
                return new WebsiteConversionTest().inexpressible();
            }

            @Override
            public int objects() {
                return 500;
            }
        });
        assertThat(complaints).hasSize(2);
        assertThat(complaints.get(0)).startsWith("v2 in v1").contains("spec.replicas of v2 in v1");
        assertThat(smallest(complaints.get(0)).keySet()).containsExactly("replicas");
        assertThat(smallest(complaints.get(1)).keySet()).containsExactly("size");
    }

    @Test
    void aConverterThatThrowsIsCaughtOnAnObjectOfOneField() {
        Conversion<?, ?> fragile = Conversion.hub(Websites.V2)
                .spoke(
                        Websites.V1,
                        old -> {
                            if ("v1".equals(old.motto())) {
                                throw new IllegalStateException("no such motto");
                            }
                            return Websites.toHub(old);
                        },
                        Websites::fromHub);
        var complaints = complaints(new ConversionContract() {
            @Override
            public Conversion<?, ?> conversion() {
                return fragile;
            }

            @Override
            public Set<String> inexpressible() {
                return new WebsiteConversionTest().inexpressible();
            }

            @Override
            public int objects() {
                return 500;
            }
        });
        assertThat(complaints).isNotEmpty().allSatisfy(complaint -> {
            assertThat(complaint).contains("no such motto");
            assertThat(smallest(complaint).keySet()).containsExactly("motto");
        });
    }

    private static String caught(ConversionLaws.To conversion, boolean edited) {
        var laws = new ConversionLaws(conversion, Websites.CONVERSION.annotation());
        try {
            TRIAL.hold(
                    Websites.V2,
                    Websites.V2,
                    (object, seed) -> edited
                            ? laws.survivesAnEdit(object, "v2", "v1", Set.of(), seed)
                            : laws.survives(object, "v2", "v1"));
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("nothing was caught");
    }

    private static JsonObject kept(JsonObject object) {
        String text = Json.text(object, "metadata", "annotations", Websites.CONVERSION.annotation());
        return text.isEmpty() ? new JsonObject() : Json.object(Json.parse(text), "v2");
    }

    private static String plain(String object, String version) {
        return unkept(Websites.CONVERSION.convert(unkept(object), version));
    }

    private static String unkept(String object) {
        JsonObject tree = Json.parse(object);
        JsonObject annotations = Json.object(tree, "metadata", "annotations");
        annotations.remove(Websites.CONVERSION.annotation());
        if (annotations.isEmpty()) {
            tree.getAsJsonObject("metadata").remove("annotations");
        }
        return tree.toString();
    }

    @Test
    void aConversionThatKeepsNothingIsCaughtOnAnObjectOfOneField() {
        String complaint = caught(ConversionContractTest::plain, false);
        assertThat(complaint).contains("comes back from v1 as another");
        assertThat(smallest(complaint).keySet()).hasSize(1);
    }

    @Test
    void aMergeThatResurrectsIsCaughtOnAnObjectOfOneField() {
        String complaint = caught(
                (object, version) -> {
                    JsonObject converted = Json.parse(Websites.CONVERSION.convert(object, version));
                    if (version.equals("v2")) {
                        JsonObject whole = kept(Json.parse(object));
                        Json.object(whole, "spec").entrySet().stream()
                                .filter(member -> converted.has("spec")
                                        && !converted.getAsJsonObject("spec").has(member.getKey()))
                                .forEach(member ->
                                        converted.getAsJsonObject("spec").add(member.getKey(), member.getValue()));
                    }
                    return converted.toString();
                },
                true);
        assertThat(complaint).contains("reads something else than it wrote");
        assertThat(smallest(complaint).keySet()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aMergeThatForgetsWhatTheOldClientCouldNotSeeIsCaught() {
        String complaint = caught(
                (object, version) ->
                        version.equals("v2") ? plain(object, version) : Websites.CONVERSION.convert(object, version),
                true);
        assertThat(complaint).contains("could not see");
        assertThat(smallest(complaint).keySet()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aChangeOfTheMetadataIsCaughtOnAnObjectOfOneField() {
        String complaint = caught(
                (object, version) -> {
                    JsonObject converted = Json.parse(Websites.CONVERSION.convert(object, version));
                    converted.getAsJsonObject("metadata").remove("labels");
                    return converted.toString();
                },
                false);
        assertThat(complaint).contains("metadata.labels");
        JsonObject object = Json.parse(complaint.substring(complaint.indexOf('{', complaint.indexOf("smallest"))));
        assertThat(object.keySet()).containsExactly("apiVersion", "kind", "metadata");
    }

    @Test
    void theSameSeedShowsTheSameObject() {
        String first = caught(ConversionContractTest::plain, false);
        assertThat(caught(ConversionContractTest::plain, false)).isEqualTo(first);
        assertThatCode(() -> TRIAL.hold(Websites.V2, Websites.V2, (object, seed) -> Optional.empty()))
                .doesNotThrowAnyException();
    }
}
