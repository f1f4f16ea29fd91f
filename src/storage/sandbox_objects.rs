//! What the sandbox names beside sessions and events: refunds, products, prices, webhook endpoints.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::sandbox::SandboxPage;
use super::{Result, Tx, on_db};

/// An object of the sandbox's interface.
#[derive(Clone, Debug, PartialEq)]
pub struct SandboxObject {
    /// Such as `re_local_…`.
    pub id: String,
    /// Such as `refund`.
    pub kind: String,
    /// The session whose money it is about.
    pub session_id: Option<String>,
    /// Everything else.
    pub data: serde_json::Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct ObjectRow {
    id: String,
    kind: String,
    session_id: Option<String>,
    data: Json<serde_json::Value>,
    created_at: DateTime<Utc>,
}

impl Tx {
    /// Adds an object.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_sandbox_object(&mut self, object: &SandboxObject) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into sandbox_objects (id, kind, session_id, data, created_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(&object.id)
        .bind(&object.kind)
        .bind(&object.session_id)
        .bind(Json(&object.data))
        .bind(object.created_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// An object by its kind and name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sandbox_object(&mut self, kind: &str, id: &str) -> Result<Option<SandboxObject>> {
        let row: Option<ObjectRow> = on_db!(self, |db| sqlx::query_as(
            "select id, kind, session_id, data, created_at from sandbox_objects
             where kind = $1 and id = $2",
        )
        .bind(kind)
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.map(ObjectRow::into_object))
    }

    /// A page of objects of one kind, of one session if that is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_sandbox_objects(
        &mut self,
        kind: &str,
        session_id: Option<&str>,
        page: SandboxPage<'_>,
    ) -> Result<Vec<SandboxObject>> {
        let rows: Vec<ObjectRow> = on_db!(self, |db| sqlx::query_as(
            "select id, kind, session_id, data, created_at from sandbox_objects
             where kind = $1 and created_at >= $2 and created_at < $3
               and ($4 is null or (created_at, id) < (select c.created_at, c.id from sandbox_objects c
                                                      where c.id = $4))
               and ($5 is null or session_id = $5)
             order by created_at desc, id desc limit $6",
        )
        .bind(kind)
        .bind(page.from)
        .bind(page.before)
        .bind(page.after)
        .bind(session_id)
        .bind(page.limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(ObjectRow::into_object).collect())
    }

    /// Writes what has changed of an object.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_sandbox_object(&mut self, object: &SandboxObject) -> Result<()> {
        on_db!(self, |db| sqlx::query("update sandbox_objects set data = $2 where id = $1")
            .bind(&object.id)
            .bind(Json(&object.data))
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Takes an object away. False means that there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sandbox_object(&mut self, kind: &str, id: &str) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query("delete from sandbox_objects where kind = $1 and id = $2")
            .bind(kind)
            .bind(id)
            .execute(db)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }
}

impl ObjectRow {
    fn into_object(self) -> SandboxObject {
        SandboxObject {
            id: self.id,
            kind: self.kind,
            session_id: self.session_id,
            data: self.data.0,
            created_at: self.created_at,
        }
    }
}
