//! A value with its place in the file, and what the JSON Schema says about
//! values that are text here although not every text will do.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use toml::Spanned;

/// A value with its place.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(in crate::rulebook) struct At<T>(Spanned<T>);

/// Text with its place.
pub(in crate::rulebook) type Text = At<String>;
/// A list of texts, each with its place.
pub(in crate::rulebook) type Texts = Vec<Text>;

impl<T> Deref for At<T> {
    type Target = Spanned<T>;

    fn deref(&self) -> &Spanned<T> {
        &self.0
    }
}

impl<T: fmt::Display> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.get_ref().fmt(f)
    }
}

/// The place is none of the schema's business.
impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Text of a shape.
macro_rules! shaped {
    ($name:ident, $pattern:literal) => {
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

shaped!(Money, "^[0-9]+(\\.[0-9]{1,2})?$");
shaped!(Quantity, "^[0-9]+(\\.[0-9]{1,3})?$");
shaped!(QuantityOrUnlimited, "^([0-9]+(\\.[0-9]{1,3})?|unlimited)$");
shaped!(Date, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
