package io.operatorlib.internal.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What Immutables generates for a value's interface, by hand: a factory that is found as a service. */
public final class PlaceAdapters implements TypeAdapterFactory {

    /** A value without a class of its own. */
    public interface Place {
        String name();
    }

    @Override
    @SuppressWarnings("unchecked") // the adapter's type was asked for
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
        return type.getRawType() == Place.class ? (TypeAdapter<T>) new PlaceAdapter() : null;
    }

    private static final class PlaceAdapter extends TypeAdapter<Place> {
        @Override
        public Place read(JsonReader in) throws IOException {
            String name = "";
            in.beginObject();
            while (in.hasNext()) {
                if (in.nextName().equals("name")) {
                    name = in.nextString();
                } else {
                    in.skipValue();
                }
            }
            in.endObject();
            if (name.isEmpty()) {
                throw new IllegalStateException("Cannot build Place, some of required attributes are not set [name]");
            }
            String found = name;
            return () -> found;
        }

        @Override
        public void write(JsonWriter out, Place place) throws IOException {
            out.beginObject().name("name").value(place.name()).endObject();
        }
    }
}
