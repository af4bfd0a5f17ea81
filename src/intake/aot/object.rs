//! One XML file to the security objects in it.
//!
//! The files are those of the application's metadata: one object each, a
//! role, a duty, a privilege or a menu item. They are walked through event by
//! event; only names, references, grants and licences are kept. Nothing is
//! expanded: a document type declaration is refused, and the only entities
//! are those that every XML has.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::intake::limits::Limits;
use crate::intake::text;

/// Elements inside one another; metadata has about ten.
const DEEPEST: usize = 64;

/// What kind of object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Role,
    Duty,
    Privilege,
    MenuItem,
}

/// A right to one entry point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct EntryPoint {
    pub(super) object: String,
    pub(super) object_type: String,
    pub(super) child: String,
    /// Read, update, create, delete, correct, invoke as they are written.
    pub(super) grants: [String; 6],
}

/// An object, as far as licences are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    /// Adds to an object of another model.
    pub(super) extension: bool,
    /// Line on which it begins, from 1.
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) duties: Vec<String>,
    pub(super) privileges: Vec<String>,
    pub(super) sub_roles: Vec<String>,
    pub(super) entry_points: Vec<EntryPoint>,
    /// Permissions on tables, data entities and controls.
    pub(super) other_permissions: u64,
    /// Of a menu item: `MenuItemDisplay` and the like.
    pub(super) item_type: String,
    pub(super) view: String,
    pub(super) maintain: String,
}

impl EntryPoint {
    /// Names and grants it holds.
    const NAMES: u64 = 9;
}

impl Object {
    /// Names it has room for.
    const NAMES: u64 = 16;

    /// Names and grants it holds, about what it costs in memory.
    pub(super) fn names(&self) -> u64 {
        let lists = self.duties.len() + self.privileges.len() + self.sub_roles.len();
        Self::NAMES + lists as u64 + EntryPoint::NAMES * self.entry_points.len() as u64
    }
}

/// Grants in the order of [`EntryPoint::grants`].
const GRANTS: [&str; 6] = ["Read", "Update", "Create", "Delete", "Correct", "Invoke"];

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) line: u32,
    pub(super) column: usize,
    pub(super) what: String,
    /// Kind of the object that was being read.
    pub(super) kind: Option<Kind>,
}

/// The kind of object an element is, and whether it is an extension of one.
fn kind_of(element: &str) -> Option<(Kind, bool)> {
    let (name, extension) = match element.strip_suffix("Extension") {
        Some(base) => (base, true),
        None => (element, false),
    };
    let kind = match name {
        "AxSecurityRole" => Kind::Role,
        "AxSecurityDuty" => Kind::Duty,
        "AxSecurityPrivilege" => Kind::Privilege,
        "AxMenuItemDisplay" | "AxMenuItemAction" | "AxMenuItemOutput" => Kind::MenuItem,
        _ => return None,
    };
    Some((kind, extension))
}

/// The objects of a file; none if it is about something else.
///
/// # Errors
/// The XML is damaged, or asks for more than metadata needs.
pub(super) fn objects(bytes: &[u8], limits: &Limits) -> Result<Vec<Object>, Damage> {
    let decoded = text::decode(bytes);
    let mut walk = Walk {
        names: 0,
        line: (0, 1),
        limits,
        path: Vec::new(),
        text: String::new(),
        objects: Vec::new(),
        open: None,
    };
    let mut reader = Reader::from_str(&decoded.text);
    reader.config_mut().expand_empty_elements = true;
    let mut last = 0;
    let result = loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                last = reader.error_position();
                break Err(error.to_string());
            }
        };
        let at = std::mem::replace(&mut last, reader.buffer_position());
        match walk.event(&event, &decoded.text, at) {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(what) => {
                last = at;
                break Err(what);
            }
        }
    };
    let kind = walk.open.as_ref().map(|(object, _)| object.kind);
    result.map_err(|what| {
        let (line, column) = position(&decoded.text, last);
        Damage { line, column, what, kind }
    })?;
    Ok(walk.objects)
}

struct Walk<'l> {
    limits: &'l Limits,
    /// Names and entry points kept.
    names: u64,
    /// A byte and the line it stands on, from which lines are counted on.
    line: (usize, u32),
    /// Names of the open elements.
    path: Vec<String>,
    /// Text of the innermost one.
    text: String,
    objects: Vec<Object>,
    /// The object being read, and the length of the path to it.
    open: Option<(Object, usize)>,
}

impl Walk<'_> {
    /// Takes an event; `false` at the end of the file.
    fn event(&mut self, event: &Event<'_>, text: &str, at: u64) -> Result<bool, String> {
        match event {
            Event::Start(tag) => self.start(tag, text, at)?,
            Event::End(_) => self.end(),
            Event::Text(part) => self.text.push_str(&part.xml10_content()),
            Event::CData(part) => self.text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref().map_err(|e| e.to_string())? {
                Some(character) => self.text.push(character),
                None => self.text.push_str(
                    quick_xml::escape::resolve_predefined_entity(name)
                        .ok_or("an entity that XML does not have")?,
                ),
            },
            Event::DocType(_) => {
                return Err("a document type declaration, which no metadata has".to_owned());
            }
            Event::Eof if self.path.is_empty() => return Ok(false),
            Event::Eof => return Err("it ends in the middle".to_owned()),
            _ => {}
        }
        if self.names > self.limits.cells {
            let (limit, option) = (self.limits.cells, crate::intake::limits::option::CELLS);
            return Err(format!("more than {limit} names and grants ({option})"));
        }
        if self.text.len() > self.limits.cell_bytes {
            return Err(format!(
                "a text of more than {} bytes ({})",
                self.limits.cell_bytes,
                crate::intake::limits::option::CELL
            ));
        }
        Ok(true)
    }

    fn start(&mut self, tag: &BytesStart<'_>, text: &str, at: u64) -> Result<(), String> {
        let name = tag.local_name().into_inner().to_owned();
        if self.path.len() >= DEEPEST {
            return Err(format!("more than {DEEPEST} elements inside one another"));
        }
        self.text.clear();
        if self.open.is_none()
            && let Some((kind, extension)) = kind_of(&name)
        {
            let line = self.line_of(text, at);
            let bare = name.strip_suffix("Extension").unwrap_or(&name);
            let item_type = bare.trim_start_matches("Ax").to_owned();
            let object = Object {
                kind,
                extension,
                line,
                name: String::new(),
                label: String::new(),
                duties: Vec::new(),
                privileges: Vec::new(),
                sub_roles: Vec::new(),
                entry_points: Vec::new(),
                other_permissions: 0,
                item_type,
                view: String::new(),
                maintain: String::new(),
            };
            self.names += Object::NAMES;
            self.open = Some((object, self.path.len()));
        } else if let Some((object, depth)) = &mut self.open {
            match (self.path.get(*depth + 1).map(String::as_str), self.path.len() - *depth) {
                (Some("EntryPoints"), 2) => {
                    object.entry_points.push(EntryPoint::default());
                    self.names += EntryPoint::NAMES;
                }
                (
                    Some(
                        "DataEntityPermissions"
                        | "DirectAccessPermissions"
                        | "FormControlOverrides",
                    ),
                    2,
                ) => object.other_permissions += 1,
                _ => {}
            }
        }
        self.path.push(name);
        Ok(())
    }

    /// The line of a byte after the last one asked for.
    fn line_of(&mut self, text: &str, at: u64) -> u32 {
        let (from, line) = self.line;
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        let passed = text.get(from..at).map_or(0, |part| part.matches('\n').count());
        self.line = (at.max(from), line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX)));
        self.line.1
    }

    fn end(&mut self) {
        if let Some((object, depth)) = &mut self.open {
            let inside: Vec<&str> = self.path[*depth + 1..].iter().map(String::as_str).collect();
            let text = self.text.trim();
            self.names += 1;
            match inside.as_slice() {
                [] => {
                    let done = self.open.take();
                    self.objects.extend(done.map(|(object, _)| object));
                }
                ["Name"] => text.clone_into(&mut object.name),
                ["Label"] => text.clone_into(&mut object.label),
                ["ViewUserLicense"] => text.clone_into(&mut object.view),
                ["MaintainUserLicense"] => text.clone_into(&mut object.maintain),
                ["Duties", _, "Name"] => object.duties.push(text.to_owned()),
                ["Privileges", _, "Name"] => object.privileges.push(text.to_owned()),
                ["SubRoles", _, "Name"] => object.sub_roles.push(text.to_owned()),
                ["EntryPoints", _, rest @ ..] => {
                    if let Some(point) = object.entry_points.last_mut() {
                        match rest {
                            ["ObjectName"] => text.clone_into(&mut point.object),
                            ["ObjectType"] => text.clone_into(&mut point.object_type),
                            ["ObjectChildName"] => text.clone_into(&mut point.child),
                            ["Grant", grant] => {
                                if let Some(at) = GRANTS.iter().position(|name| name == grant) {
                                    text.clone_into(&mut point.grants[at]);
                                }
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        self.path.pop();
        self.text.clear();
    }
}

/// Line and column of a byte, from 1.
fn position(text: &str, at: u64) -> (u32, usize) {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..at];
    let line = text.get(..at).map_or(1, |before| before.split('\n').count());
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    (u32::try_from(line).unwrap_or(u32::MAX), at - start + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Object>, Damage> {
        objects(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn a_privilege_gives_its_entry_points_with_their_grants() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
            <AxSecurityPrivilege xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
            <Name>P</Name><Label>@X1</Label><EntryPoints><AxSecurityEntryPointReference>\
            <Name>x</Name><Grant><Read>Allow</Read><Delete>Deny</Delete></Grant>\
            <ObjectName>Form1</ObjectName><ObjectType>MenuItemDisplay</ObjectType>\
            <Forms><AxSecurityEntryPointReferenceForm><Name>other</Name></AxSecurityEntryPointReferenceForm></Forms>\
            </AxSecurityEntryPointReference><AxSecurityEntryPointReference><ObjectName>S</ObjectName>\
            <ObjectType>ServiceOperation</ObjectType><ObjectChildName>op</ObjectChildName>\
            </AxSecurityEntryPointReference></EntryPoints><DataEntityPermissions>\
            <AxSecurityDataEntityPermission/></DataEntityPermissions></AxSecurityPrivilege>";
        let objects = read(text).unwrap();
        let object = &objects[0];
        assert_eq!((object.kind, object.line, object.name.as_str()), (Kind::Privilege, 2, "P"));
        assert_eq!(object.other_permissions, 1);
        let points = &object.entry_points;
        assert_eq!(points.len(), 2);
        assert_eq!(points[0].grants, ["Allow", "", "", "Deny", "", ""]);
        assert_eq!((points[1].object.as_str(), points[1].child.as_str()), ("S", "op"));
    }

    #[test]
    fn a_menu_item_has_its_licences_whatever_its_namespace() {
        let text = "<ax:AxMenuItemAction xmlns:ax=\"Microsoft.Dynamics.AX.Metadata.V1\"><ax:Name>A &amp; B</ax:Name>\
            <ax:MaintainUserLicense>Universal</ax:MaintainUserLicense></ax:AxMenuItemAction>";
        let object = &read(text).unwrap()[0];
        assert_eq!((object.name.as_str(), object.item_type.as_str()), ("A & B", "MenuItemAction"));
        assert_eq!((object.view.as_str(), object.maintain.as_str()), ("", "Universal"));
    }

    #[test]
    fn damage_is_told_with_line_and_column() {
        let damage = read("<AxSecurityRole>\n<Name>R</Nam>\n</AxSecurityRole>").unwrap_err();
        assert_eq!((damage.line, damage.kind), (2, Some(Kind::Role)));
        let cut = read("<AxSecurityDuty>\n<Name>R").unwrap_err();
        assert_eq!((cut.line, cut.kind), (2, Some(Kind::Duty)));
        assert!(read("no xml at all").unwrap().is_empty());
    }

    #[test]
    fn nothing_is_expanded() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n\
            <AxSecurityRole><Name>&b;</Name></AxSecurityRole>";
        assert!(read(bomb).unwrap_err().what.contains("document type"));
        let entity = read("<AxSecurityRole><Name>&b;</Name></AxSecurityRole>").unwrap_err();
        assert!(entity.what.contains("entity"), "{entity:?}");
        let deep = read(&"<a>".repeat(100)).unwrap_err();
        assert!(deep.what.contains("64 elements"), "{deep:?}");
        let long = format!("<AxSecurityRole><Name>{}</Name></AxSecurityRole>", "x".repeat(2 << 20));
        assert!(read(&long).unwrap_err().what.contains("--max-cell-size"));
    }
}
